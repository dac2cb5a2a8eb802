"""Proposals: what the fair allocation would do with a snapshot of stock and orders, kept whole and replayable."""
