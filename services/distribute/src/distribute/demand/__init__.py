"""Demand: what Relais still wait for."""
