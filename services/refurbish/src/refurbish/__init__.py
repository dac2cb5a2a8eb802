"""Refurbish: lots arrive at insertion workshops; devices are wiped, tested, graded, ready or withdrawn."""

from refurbish.definition import service

__all__ = ["service"]
