"""Cells of fewer than five people are not told, nor can they be told from the others and their sum. Pure."""

from collections.abc import Mapping
from typing import TypeVar

from distribute.served.service import FEWEST_TOLD

K = TypeVar("K")


def told_cells(cells: Mapping[K, int]) -> dict[K, int | None]:
    """Each cell, or None where it is kept back; a cell of nobody is told.

    A single cell kept back follows from the sum, and two of one person each follow from a sum of two: further cells,
    the smallest first, are kept back until those together are as many people as may be told.
    """
    hidden = {key for key, count in cells.items() if 0 < count < FEWEST_TOLD}
    others = sorted((key for key, count in cells.items() if count >= FEWEST_TOLD), key=lambda key: cells[key])
    while hidden and others and (len(hidden) == 1 or sum(cells[key] for key in hidden) < FEWEST_TOLD):
        hidden.add(others.pop(0))
    return {key: None if key in hidden else count for key, count in cells.items()}


def told_sum(count: int) -> int | None:
    """A sum of its own."""
    return count if count == 0 or count >= FEWEST_TOLD else None
