"""Devices: every accepted one, its label, and what became of it, gathered from the events of the whole chain."""
