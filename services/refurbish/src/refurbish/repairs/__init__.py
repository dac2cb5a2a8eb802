"""What was repaired: what, how long, with which parts, and what stood in the way."""
