"""How a maker's machine is started from a key, set up, reset: what is published, and what a workshop adds to it."""
