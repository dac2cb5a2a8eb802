"""Spare parts of a workshop: bought, or harvested from a withdrawn device; which device each went into."""
