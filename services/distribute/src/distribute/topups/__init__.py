"""Espace Recharge: operators' SIM kits and top-ups, whose codes are kept sealed and leave once."""
