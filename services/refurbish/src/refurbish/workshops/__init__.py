"""Insertion workshops: who they are, what they can take in a week."""
