"""Fixtures and helpers for tests, on real engines. Loaded by pytest as a plugin; never imported by the product."""
