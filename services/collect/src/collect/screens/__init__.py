"""Pages that show several slices: a donation with its pickup, lots and devices."""
