"""How long a repère is kept: two years from the last contact, given out and erased before when the person asks."""
