"""Lots: the sealed devices of one pickup, their labels, and their dispatch to a workshop."""
