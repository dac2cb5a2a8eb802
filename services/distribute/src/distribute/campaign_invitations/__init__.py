"""Structures are invited to a campaign in bulk: a list of addresses, a letter each, who answered, reminders."""
