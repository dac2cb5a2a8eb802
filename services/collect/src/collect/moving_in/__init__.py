"""Donors and gifts of a network that moves in: collected long ago, sent to their workshop now."""
