"""Orders: small, priced when placed."""
