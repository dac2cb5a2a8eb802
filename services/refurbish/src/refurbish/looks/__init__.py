"""Sorting by looking, guided: zone by zone, beside pictures of defects; it proposes the cosmetic grade, with why."""
