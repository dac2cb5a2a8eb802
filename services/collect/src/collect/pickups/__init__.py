"""Pickups: when and where an accepted donation is fetched, and what was really found there."""
