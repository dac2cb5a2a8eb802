"""The functional test sheet of each category (repairs will join it)."""
