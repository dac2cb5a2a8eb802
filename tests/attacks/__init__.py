"""What an attacker tries, on the real apps: everything here has been tried once by hand, and must go on failing."""
