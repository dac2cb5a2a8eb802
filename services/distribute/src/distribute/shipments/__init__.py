"""Shipments: from a workshop to a Relais, received by scan."""
