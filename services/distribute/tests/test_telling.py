"""No table, and no set of tables, tells of fewer than five people: attacked by whoever knows every rule.

The attacker has all blocks, of which every table is a sum, knows the program, and tries each world there could be.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from distribute.statistics.telling import FEWEST, Block, Count, Place, blocks, hidden
from filiere.testing.properties import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

FEW = set(range(FEWEST))
ROAD = (("a", "b"), ("x", "y", "z"))


def worlds(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways in which so many people may be in so many parts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in worlds(total - first, parts - 1):
            yield (first, *rest)


def seen(world: tuple[int, ...]) -> tuple[int | None, ...]:
    """What is told of a division: each part that is, the sum of the others."""
    together = hidden([Count(one, one) for one in world])
    return tuple(None if at in together else one for at, one in enumerate(world))


def test_each_world_of_a_division_looks_like_others() -> None:
    """Every division of up to twenty-four people among two to four parts, against every other that looks the same."""
    for parts, most in ((2, 40), (3, 30), (4, 24)):
        for total in range(FEWEST, most + 1):
            alike = defaultdict(list)
            for world in worlds(total, parts):
                alike[seen(world)].append(world)
            for told, candidates in alike.items():
                for at, one in enumerate(told):
                    if one is None:
                        assert len({world[at] for world in candidates}) >= FEWEST, (total, told, candidates[:5])
                    else:
                        assert one >= FEWEST
                # What hides somebody may be none, one, two, three or four as well: no narrower interval is known.
                small = {at for world in candidates for at, one in enumerate(world) if told[at] is None and one in FEW}
                for at in small:
                    assert {world[at] for world in candidates} >= FEW, (total, told, at)


@st.composite
def networks(draw: st.DrawFn) -> dict[Place, Count]:
    """Who was handed what, along a road of two steps."""
    ends: dict[Place, int] = {place: draw(st.integers(0, 14)) for place in itertools.product(*ROAD)}
    return counted(ends)


def counted(ends: dict[Place, int]) -> dict[Place, Count]:
    total: Counter[Place] = Counter()
    for place, people in ends.items():
        for step in range(len(place) + 1):
            total[place[:step]] += people
    return {place: Count(people, people) for place, people in total.items() if people}


@given(network=networks())
@example(network=counted({("a", "z"): 1, ("b", "z"): 4}))
@settings(max_examples=examples(100))
def test_all_tables_together_leave_each_cell_its_interval(network: dict[Place, Count]) -> None:
    """The linear system of all tables: which values a cell of few people may have in worlds that tell the same."""
    found = blocks(network, ROAD)
    everything = network.get((), Count(0, 0)).people
    if everything < FEWEST:
        assert not found
        return
    assert sum(one.handovers for one in found) == everything
    assert all(one.handovers >= FEWEST for one in found)
    for place, count in network.items():
        if 0 < count.people < FEWEST:
            # Another world for each value: whoever is moved goes where nobody can see it.
            values = {value for value in FEW if is_possible(network, found, place, value)}
            assert values == FEW, (place, values)


def is_possible(network: dict[Place, Count], found: list[Block], place: Place, value: int) -> bool:
    """Whether a world that tells these blocks has so many people at a place: all divisions of what hides it."""
    ends: dict[Place, int] = {one: network.get(one, Count(0, 0)).people for one in itertools.product(*ROAD)}
    if len(place) == 1:
        siblings = [(word,) for word in ROAD[0]]
        for division in worlds(sum(network.get(one, Count(0, 0)).people for one in siblings), len(siblings)):
            if division[siblings.index(place)] == value:
                moved = dict(ends)
                for (word,), people in zip(siblings, division, strict=True):
                    if people != network.get((word,), Count(0, 0)).people:
                        moved.update({(word, at): 0 for at in ROAD[1]})
                        moved[word, ROAD[1][0]] = people
                if blocks(counted(moved), ROAD) == found:
                    return True
        return False
    above = place[:1]
    if network[above].people < FEWEST or not any(one.place[:1] == above for one in found):
        # Within what is hidden itself: it may be all of it, and that has its own interval.
        return is_possible(network, found, above, value)
    children: list[Place] = [(*above, word) for word in ROAD[1]]
    for division in worlds(network[above].people, len(children)):
        if division[children.index(place)] == value:
            moved = {**ends, **dict(zip(children, division, strict=True))}
            if blocks(counted(moved), ROAD) == found:
                return True
    return False


def test_five_devices_of_one_person_are_one_person() -> None:
    assert hidden([Count(5, 1), Count(30, 20), Count(40, 9)]) == {0, 1}


def test_too_few_in_all_are_not_told_at_all() -> None:
    assert blocks({(): Count(9, 4), ("a",): Count(9, 4)}, (("a", "b"),)) == []


class Handed(NamedTuple):
    """What one person had: the places of several handovers, and whether a campaign of certain publics was one's."""

    places: tuple[tuple[Place, bool], ...]


ENDS: list[Place] = list(itertools.product(*ROAD))
PEOPLE = st.lists(
    st.builds(Handed, st.lists(st.tuples(st.sampled_from(ENDS), st.booleans()), min_size=1, max_size=3).map(tuple)),
    max_size=60,
)


def counts_of(people: list[Handed]) -> dict[Place, Count]:
    """As the query counts: each person at the first of their places that no campaign tells of, or at none."""
    handovers: Counter[Place] = Counter()
    counted_at: Counter[Place] = Counter()
    for one in people:
        first = next((place for place, is_known in one.places if not is_known), None)
        for place, _ in one.places:
            handovers.update(place[:step] for step in range(len(place) + 1))
        if first is not None:
            counted_at.update(first[:step] for step in range(len(first) + 1))
    return {place: Count(number, counted_at[place]) for place, number in handovers.items()}


@given(people=PEOPLE)
@example(people=[Handed((((("a", "x")), False), (("a", "y"), False)))] * 3 + [Handed(((("b", "x"), False),))] * 9)
@settings(max_examples=examples(200))
def test_each_block_is_of_five_people_whom_no_campaign_tells_of(people: list[Handed]) -> None:
    """Also where one person had several things; and where all handovers of campaigns are known, one by one."""
    found = blocks(counts_of(people), ROAD)
    told = {one.place for one in found}
    for block in found:
        within = [
            one
            for one in people
            if any(
                place[: len(block.place)] == block.place
                and not any(place[:deep] in told for deep in range(len(block.place) + 1, len(place) + 1))
                and not is_known
                for place, is_known in one.places
            )
        ]
        assert len(within) >= FEWEST, block
    assert sum(one.handovers for one in found) in (0, sum(len(one.places) for one in people))
