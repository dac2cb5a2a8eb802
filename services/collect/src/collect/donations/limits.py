"""How much a donation may hold: for forms, the API, and the process that reads files and loads little else."""

MAX_LINES = 2000
"""Lines written one by one; a file may have more (`import_max_rows`)."""
MAX_QUANTITY = 1000
"""Devices of one line."""
MAX_DEVICES = 100_000
"""Devices of one donation, by lines or by file: more than any fleet that leaves on one day."""
TOO_MANY = "Ce don compte {devices} équipements : {most} au plus par don. Faites-en plusieurs."
