"""A new rule set: what it would change, switched on and undone, and the stock that follows."""
