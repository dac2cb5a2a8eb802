"""Handovers: the till. Nothing about persons leaves this slice."""
