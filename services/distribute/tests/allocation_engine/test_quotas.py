"""Parts of stock are counted over a period: it does not matter in how many runs the stock leaves."""

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from distribute.engine import Acceptance, Device, Lately, Line, Problem, Relais, StockClass, allocate
from distribute.engine.archive import archive
from distribute.engine.certificate import certificate
from distribute.engine.verify import NotProved, verify
from filiere.geography import LocalityClass
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from .small import POLICY, TODAY
from .test_rules import LAPTOPS, line, relais, stock

CATEGORIES = ("laptop", "tablet")
# Two classes of everybody in each category: devices arrive in one or the other.
CLASSES = [f"{category}/{grade}" for category in CATEGORIES for grade in "AB"]

Given = Counter[str]  # by line
Demand = tuple[list[Line], list[Relais]]


def in_runs(runs: Iterable[Sequence[str]], lines: Sequence[Line], relais: Sequence[Relais]) -> Given:
    """Give the stock run by run, each as history for the next, with what the last one left; returns what each line has
    in the end."""
    got: Given = Counter()
    served: Counter[str] = Counter()
    lately: dict[str, Counter[str]] = {}
    numbers = itertools.count()
    free: dict[str, list[Device]] = {}
    for arrived in runs:
        for name in arrived:
            free.setdefault(name, []).append(Device(f"d{next(numbers)}", TODAY))
        stock = [
            StockClass(name, name.split("/")[0], name[-1], "A", "good", "84", None, None, False, tuple(devices))
            for name, devices in free.items()
        ]
        problem = Problem(
            TODAY,
            tuple(stock),
            tuple(
                Acceptance(category, (tuple(one.id for one in stock if one.category == category),))
                for category in CATEGORIES
            ),
            tuple(replace(one, quantity=one.quantity - got[one.id]) for one in lines if one.quantity > got[one.id]),
            tuple(replace(one, asked=served[one.id], served=served[one.id]) for one in relais),
            tuple(
                Lately(
                    category,
                    count["given"],
                    count["given"],
                    count["urgent"],
                    (("winter", count["winter"]),) if count["winter"] else (),
                )
                for category, count in lately.items()
            ),
        )
        allocation, proof = allocate(problem, POLICY)
        # As a run is kept: proved by the verifier.
        archive(problem, POLICY, allocation, proof)
        by_id = {one.id: one for one in lines}
        for one in allocation.lines:
            mine = by_id[one.line_id]
            for take in one.takes:
                free[take.class_id] = [device for device in free[take.class_id] if device.id not in take.devices]
            got[one.line_id] += one.given
            served[one.relais_id] += one.given
            count = lately.setdefault(mine.acceptance_id, Counter())
            count["given"] += one.given
            count["urgent"] += one.given if mine.urgent else 0
            count["winter"] += one.given if mine.campaign else 0
    return got


def totals(got: Given, lines: Iterable[Line]) -> Counter[tuple[str, str]]:
    """By category: what urgent lines and what lines of the campaign have."""
    found: Counter[tuple[str, str]] = Counter()
    for one in lines:
        found[one.acceptance_id, "urgent"] += got[one.id] if one.urgent else 0
        found[one.acceptance_id, "winter"] += got[one.id] if one.campaign else 0
    return found


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    """Relais with one line each."""
    relais, lines = [], []
    for number in range(draw(st.integers(2, 6))):
        kind = draw(st.sampled_from(["", "", "urgent", "winter"]))
        relais.append(Relais(f"r{number}", draw(st.sampled_from(list(LocalityClass)))))
        lines.append(
            Line(
                f"l{number}",
                f"r{number}",
                draw(st.sampled_from(CATEGORIES)),
                draw(st.integers(1, 12)),
                TODAY,
                urgent=kind == "urgent",
                campaign="winter" if kind == "winter" else None,
            )
        )
    return lines, relais


@given(demands(), st.lists(st.sampled_from(CLASSES), min_size=1, max_size=20), st.data())
@settings(max_examples=examples(60), deadline=None)
def test_cut_in_pieces_the_stock_serves_urgent_lines_and_campaigns_as_in_one_run(
    demand: Demand, devices: list[str], data: st.DataObject
) -> None:
    lines, relais = demand
    cuts = data.draw(st.lists(st.integers(1, len(devices)), max_size=10))
    bounds = sorted({0, *cuts, len(devices)})
    whole = totals(in_runs([devices], lines, relais), lines)
    for runs in (
        [devices[start:end] for start, end in itertools.pairwise(bounds)],
        [[one] for one in devices],
    ):
        pieces = totals(in_runs(runs, lines, relais), lines)
        assert all(abs(pieces[key] - whole[key]) <= 1 for key in whole | pieces), (whole, pieces)


def first_of(problem: Problem) -> Given:
    """What each line is given by one run."""
    return Counter({one.line_id: one.given for one in allocate(problem, POLICY)[0].lines})


def a_run(free: int, lately: Lately | None, **kind: Any) -> Given:
    """Of so many free laptops: A has received nothing yet, and B, whose line is of that kind, all that it asked."""
    lines = (line("a", "A", 90), line("b", "B", 90, **kind))
    structures = (relais("A"), relais("B", asked=900, served=900))
    past = (lately,) if lately is not None else ()
    return first_of(Problem(TODAY, (stock("laptop", free),), (LAPTOPS,), lines, structures, past))


def test_what_urgent_lines_took_lately_of_the_category_counts_for_their_part() -> None:
    assert a_run(10, None, urgent=True) == {"a": 8, "b": 2}
    assert a_run(10, Lately("laptop", 20, 20, urgent=2), urgent=True) == {"a": 6, "b": 4}
    assert a_run(10, Lately("laptop", 20, 20, urgent=6), urgent=True) == {"a": 10, "b": 0}
    assert a_run(10, Lately("laptop", 900, 900), urgent=True) == {"a": 0, "b": 10}
    assert a_run(10, Lately("tablet", 900, 900), urgent=True) == {"a": 8, "b": 2}


def for_winter(free: int, lately: Lately | None) -> int:
    """What of so many free laptops goes to the campaign, which lacks all of them and has received nothing yet."""
    past = (lately,) if lately is not None else ()
    lines = (line("w", "A", 90, campaign="winter"),)
    return first_of(Problem(TODAY, (stock("laptop", free),), (LAPTOPS,), lines, (relais("A"),), past))["w"]


def test_what_a_campaign_took_lately_of_the_stock_of_everybody_counts_for_its_part() -> None:
    assert for_winter(10, None) == 3
    assert for_winter(10, Lately("laptop", 20, 20, campaigns=(("spring", 6), ("winter", 4)))) == 5
    assert for_winter(10, Lately("laptop", 20, 20, campaigns=(("winter", 9),))) == 0
    # What was reserved for a campaign is no stock of everybody.
    assert for_winter(10, Lately("laptop", 20, 0)) == 3
    assert for_winter(10, Lately("laptop", 900, 900)) == 10


def test_one_device_after_the_other_is_shared_as_ten_at_once() -> None:
    """With one device a run, a part of each run would be all of it for urgent lines, and nothing for a campaign."""
    both = [relais("A"), relais("B")]
    for kind, expected in ({"urgent": True}, 5), ({"campaign": "winter"}, 3):
        lines = [Line("a", "A", "tablet", 10, TODAY, **kind), Line("b", "B", "tablet", 10, TODAY)]
        assert in_runs([["tablet/A"]] * 10, lines, both)["a"] == in_runs([["tablet/A"] * 10], lines, both)["a"]
        assert in_runs([["tablet/A"]] * 10, lines, both)["a"] == expected


def test_the_verifier_counts_the_parts_itself() -> None:
    lines = (line("a", "A", 90), line("b", "B", 90, urgent=True), line("w", "W", 90, campaign="winter"))
    structures = (relais("A"), relais("B", asked=900, served=900), relais("W"))
    past = Lately("laptop", 20, 20, urgent=2, campaigns=(("winter", 4),))
    problem = Problem(TODAY, (stock("laptop", 10),), (LAPTOPS,), lines, structures, (past,))
    allocation, proof = allocate(problem, POLICY)
    verify(problem, POLICY, allocation, certificate(proof))
    for other in (), (replace(past, urgent=3),), (replace(past, campaigns=(("winter", 8),)),):
        with pytest.raises(NotProved):
            verify(replace(problem, lately=other), POLICY, allocation, certificate(proof))
