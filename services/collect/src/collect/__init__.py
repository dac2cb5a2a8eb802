"""Collect: donors, donations, imports, pickups and lots, and what became of every device."""
