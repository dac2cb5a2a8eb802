"""Outcomes: what became of each accepted device, gathered from the events of the whole chain."""
