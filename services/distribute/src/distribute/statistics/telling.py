"""What of a count may be told. Pure; why it is safe: decision 0059.

A quarter's handovers are divided along one fixed road: locality class, public, kind of equipment, tier. Of each
division some parts are told and the others together; what is told is divided further, what is not is not. All tables
are sums of these blocks, so that no two of them tell more than the blocks do.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

FEWEST = 5
"""People: a part with fewer is not told."""
_MOST_HIDDEN = FEWEST - 1
_WITH_A_LARGE_PART = FEWEST + _MOST_HIDDEN
Place = tuple[str, ...]
"""A part: the first words of its road, as ("RURAL", "seniors"); () is everything."""


class Count(NamedTuple):
    """Handovers, and how many people had them, each counted at one place alone, and those known from elsewhere at none.

    So that of several places together there are as many people as the sum says, or more.
    """

    handovers: int
    people: int


class Block(NamedTuple):
    """So many handovers, known to be of a place and of none that is told within it."""

    place: Place
    handovers: int


_NONE = Count(0, 0)


def hidden(parts: Sequence[Count]) -> set[int]:
    """Which parts are told together. Whoever knows this function learns of none of them what it is, from none to four.

    Those of few people; beside them, where their sum would tell, the next ones of the list, whatever their size.
    """
    few = {at for at, one in enumerate(parts) if one.people < FEWEST}
    others = [at for at in range(len(parts)) if at not in few]
    if not few or _is_safe(parts, few, has_large=False):
        return few
    for at in others:
        few.add(at)
        if _is_safe(parts, few, has_large=True):
            break
    return few


def _is_safe(parts: Sequence[Count], together: set[int], *, has_large: bool) -> bool:
    people = sum(parts[at].people for at in together)
    if has_large:
        return people >= _WITH_A_LARGE_PART
    return FEWEST <= people <= _MOST_HIDDEN * (len(together) - 1)


def blocks(counts: Mapping[Place, Count], road: Sequence[Sequence[str]]) -> list[Block]:
    """What is told of these counts, which hold each place of the road that is not empty, () among them.

    `road`: for each step all words that there are, always the same ones, whether anybody is there or not.
    """
    everything = counts.get((), _NONE)
    if everything.people < FEWEST:
        return []
    return list(_told((), counts, road))


def _told(place: Place, counts: Mapping[Place, Count], road: Sequence[Sequence[str]]) -> Iterable[Block]:
    here = counts[place]
    if len(place) == len(road):
        yield Block(place, here.handovers)
        return
    within = [(*place, word) for word in road[len(place)]]
    parts = [counts.get(one, _NONE) for one in within]
    together = hidden(parts)
    if rest := sum(parts[at].handovers for at in together):
        yield Block(place, rest)
    for at, one in enumerate(within):
        if at not in together:
            yield from _told(one, counts, road)
