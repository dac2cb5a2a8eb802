"""A device that comes back after it was handed over: swapped, repaired at its workshop, or paid back."""
