"""Allocation: which devices go to which lines, and why not more."""
