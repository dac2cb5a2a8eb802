"""Refurbish: lots arrive at insertion workshops; devices are wiped, tested, graded, ready or withdrawn."""
