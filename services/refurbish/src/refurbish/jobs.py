"""What the worker does beside its events."""

from filiere.housekeeping import take_away_files

BACKGROUND = [take_away_files]
