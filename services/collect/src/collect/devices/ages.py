"""How long is long: our own choice, said on each page that counts by it."""

LATE_DAYS = 7
"""What has stood where it is for longer, a lot on the way or uncounted, a device at its stage, is late."""
STUCK_DAYS = 30
"""What has for so long is stuck."""
