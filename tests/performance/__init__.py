"""Benchmarks: ours beside the raw engine, in the same run; only ratios are compared."""
