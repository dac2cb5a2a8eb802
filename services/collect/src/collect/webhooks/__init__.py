"""Webhooks: what happens to a donor's donations, told to its own tools, signed and in order, until they take it."""
