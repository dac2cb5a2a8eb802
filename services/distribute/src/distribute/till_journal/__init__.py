"""The till's journal: every entry is written once, numbered without a gap and chained to the one before it."""
