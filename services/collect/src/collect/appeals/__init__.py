"""Appeals: a letter to past donors of what is wanted, at most one in half a year, and what came of it."""
