"""Joining: a company registers itself, its people begin at once, and the coordination confirms who it is."""
