"""The bench: everything about one device on one screen, with the next step, and the list of those at work."""
