"""The shares are the fair ones, to the fraction: against brute force, against an LP solver, and by law."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

import highspy
import numpy as np
import pytest
from distribute.engine import Acceptance, Device, Line, Problem, RelaisResult, allocate
from distribute.engine.certificate import certificate
from distribute.engine.fair_shares import UNBOUNDED, Network, fair_shares
from distribute.engine.flow import FlowFailed, Integers, TooLarge
from distribute.engine.one_heap import Settled, WaterFilling, _search
from distribute.engine.verify import verify
from distribute.engine.whole_shares import Shares
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from . import test_rules
from .brute_force import brute_force
from .small import POLICY, TODAY, problems, small_problem

Row = TypeVar("Row")
Fractions = dict[str, Fraction]  # by Relais


def shares_of(problem: Problem) -> tuple[Fractions, Fractions, dict[str, int], dict[str, int]]:
    """(urgent, common, whole common, whole urgent) by Relais with a relevant line."""
    allocation, proof = allocate(problem, POLICY)
    names = [one.id for one in proof.instance.problem.relais]

    def fractions(shares: Shares) -> Fractions:
        return {
            names[one]: Fraction(int(shares.numerator[one]), int(shares.denominator[one]))
            for one in shares.plan.relais_of
        }

    urgent = fractions(proof.urgent) if proof.urgent is not None else {}
    whole = {names[one]: int(proof.common.whole[one]) for one in proof.common.plan.relais_of}
    return urgent, fractions(proof.common), whole, {one.relais_id: one.urgent for one in allocation.relais}


@pytest.mark.parametrize("block", [0, 1, 2, *(pytest.param(block, marks=pytest.mark.slow) for block in range(3, 10))])
def test_a_thousand_small_problems_are_shared_and_rounded_as_brute_force_does_it(block: int) -> None:
    for seed in range(100 * block, 100 * (block + 1)):
        problem = small_problem(random.Random(seed).randint, rules=seed % 2 == 1)
        *shares, whole_urgent = shares_of(problem)
        assert tuple(shares) == brute_force(problem, POLICY, whole_urgent), seed


@given(problems())
@settings(max_examples=examples(150), deadline=None)
def test_the_certificate_proves_the_answer_of_any_small_problem(problem: Problem) -> None:
    allocation, proof = allocate(problem, POLICY)
    verify(problem, POLICY, allocation, certificate(proof))


@given(problems())
@settings(max_examples=examples(150), deadline=None)
def test_nobody_short_could_have_a_device_of_somebody_whose_share_is_greater(problem: Problem) -> None:
    """No improving exchange, device by device: what each Relais has comes from nobody with a lower share."""
    allocation, _ = allocate(problem, POLICY)
    relais = {one.id: one for one in problem.relais}
    classes = {one.id: one for one in problem.classes}
    accepted = {one.id: {name for tier in one.tiers for name in tier} for one in problem.acceptances}
    lines = {one.id: one for one in problem.lines}
    told = {one.relais_id: one for one in allocation.relais}
    most = {one.id: one.cap if one.cap is not None else 10**9 for one in problem.relais}
    short = [
        lines[one.line_id]
        for one in allocation.lines
        if one.given < one.wanted
        and lines[one.line_id].campaign is None
        and relais[one.relais_id].has_agreement
        and told[one.relais_id].given < most[one.relais_id]
    ]
    for giver in allocation.lines:
        # What urgent lines and campaigns are given follows their own published rules.
        if told[giver.relais_id].urgent or lines[giver.line_id].campaign is not None:
            continue
        for take in giver.takes:
            held = classes[take.class_id]
            for line in short:
                taker = relais[line.relais_id]
                if (
                    taker.id != giver.relais_id
                    and take.class_id in accepted[line.acceptance_id]
                    and held.campaign is None
                    and (taker.may_receive_public_origin or not held.public_origin)
                ):
                    assert weighted_share(told[taker.id]) >= weighted_share(told[giver.relais_id])


def weighted_share(one: RelaisResult) -> Fraction:
    return (one.before + one.fair) / (one.asked * one.weight.thousandths)


@given(problems())
@settings(max_examples=examples(150), deadline=None)
def test_nobody_is_moved_by_a_whole_device_and_every_device_is_counted_once(problem: Problem) -> None:
    allocation, _ = allocate(problem, POLICY)
    for one in allocation.relais:
        assert abs(one.given - one.fair) < 1
        assert one.given == sum(line.given for line in allocation.lines if line.relais_id == one.relais_id)
    gone = [device for line in allocation.lines for take in line.takes for device in take.devices]
    assert len(set(gone)) == len(gone) == allocation.given
    assert set(gone) <= {device.id for one in problem.classes for device in one.devices}


@given(problems(rules=False), st.data())
@settings(max_examples=examples(100), deadline=None)
def test_more_stock_of_a_class_never_lowers_the_minimum_share(problem: Problem, data: st.DataObject) -> None:
    # Urgent lines go first by rule, and a campaign's share follows the stock: the law holds for what everybody shares.
    stocked = [one for one in problem.classes if one.devices]
    if not stocked:
        return
    richer = data.draw(st.sampled_from(stocked))
    more = replace(richer, devices=(*richer.devices, *(Device(f"new{n}", TODAY) for n in range(3))))
    after = replace(problem, classes=tuple(more if one is richer else one for one in problem.classes))
    assert minimum_share(after) >= minimum_share(problem)


def minimum_share(problem: Problem) -> Fraction:
    _, proof = allocate(problem, POLICY)
    shares = proof.common
    return min(
        (
            (int(proof.instance.served[one]) + Fraction(int(shares.numerator[one]), int(shares.denominator[one])))
            / int(proof.instance.slope[one])
            for one in shares.plan.relais_of
        ),
        default=Fraction(0),
    )


@given(problems(), st.randoms(use_true_random=False))
@settings(max_examples=examples(60), deadline=None)
def test_the_order_of_rows_changes_nothing(problem: Problem, shuffle: random.Random) -> None:
    def mixed(rows: Sequence[Row]) -> tuple[Row, ...]:
        return tuple(shuffle.sample(rows, len(rows)))

    other = Problem(
        problem.as_of,
        mixed([replace(one, devices=mixed(one.devices)) for one in problem.classes]),
        mixed([replace(one, tiers=tuple(mixed(tier) for tier in one.tiers)) for one in problem.acceptances]),
        mixed(problem.lines),
        mixed(problem.relais),
        mixed([replace(one, campaigns=mixed(one.campaigns)) for one in problem.lately]),
    )
    assert allocate(other, POLICY)[0] == allocate(problem, POLICY)[0]


@given(problems(), st.lists(st.integers(1, 50), min_size=1, max_size=4))
@settings(max_examples=examples(60), deadline=None)
def test_a_line_that_nothing_in_stock_could_serve_changes_nothing_for_the_others(
    problem: Problem, quantities: list[int]
) -> None:
    empty = replace(problem.classes[0], id="nothing", devices=())
    hopeless = replace(problem.acceptances[0], id="hopeless", tiers=(("nothing",),), asked=1)
    lines = [
        Line(
            f"hopeless{n}",
            problem.relais[n % len(problem.relais)].id,
            "hopeless",
            quantity,
            date_of(n),
            urgent=n % 2 == 1,
            campaign="spring" if n > 1 else None,
        )
        for n, quantity in enumerate(quantities)
    ]
    other = replace(
        problem,
        classes=(*problem.classes, empty),
        acceptances=(*problem.acceptances, hopeless),
        lines=(*problem.lines, *lines),
    )
    before, after = allocate(problem, POLICY)[0], allocate(other, POLICY)[0]
    assert tuple(one for one in after.lines if not one.line_id.startswith("hopeless")) == before.lines
    assert after.relais == before.relais


def date_of(n: int) -> date:
    return TODAY.replace(year=TODAY.year - 1 - n)


@pytest.mark.parametrize("seed", range(6))
def test_an_lp_solver_finds_the_same_minimum_share(seed: int) -> None:
    problem = small_problem(random.Random(f"lp{seed}").randint, rules=False, relais=60, classes=12, most=30)
    _, proof = allocate(problem, POLICY)
    instance, shares = proof.instance, proof.common
    players = shares.plan.relais_of
    lp = highspy.Highs()
    lp.setOptionValue("output_flag", False)
    level = lp.addVariable(lb=0)
    into: dict[int, list[Any]] = {}
    out: dict[int, list[Any]] = {}
    for line in instance.relevant:
        pattern = instance.line_pattern[line]
        takes = []
        for entry in np.flatnonzero(instance.patterns.pattern == pattern):
            take = lp.addVariable(lb=0)
            takes.append(take)
            out.setdefault(int(instance.patterns.source[entry]), []).append(take)
        lp.addConstr(sum(takes) <= int(instance.quantity[line]))
        into.setdefault(int(instance.line_relais[line]), []).extend(takes)
    for source, takes in out.items():
        lp.addConstr(sum(takes) <= int(instance.stock[source]))
    # The level in thousands keeps the coefficients within a few orders of magnitude.
    for one in players.tolist():
        lp.addConstr(sum(into[one]) + int(instance.served[one]) >= level * (int(instance.slope[one]) / 1000))
    lp.maximize(level)
    assert lp.getObjectiveValue() == pytest.approx(float(1000 * minimum_share(problem)), rel=1e-6)


@given(
    st.lists(st.tuples(st.integers(1, 10**8), st.integers(0, 10**4), st.integers(0, 10**4)), min_size=1, max_size=30),
    st.data(),
)
@settings(max_examples=examples(200), deadline=None)
def test_the_quick_level_is_the_exact_one(rows: list[tuple[int, int, int]], data: st.DataObject) -> None:
    slope, before, most = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    target = data.draw(st.integers(0, int(most.sum())))
    settled = WaterFilling(slope, before, most).settle(np.arange(len(rows)), target)
    assert int(settled.amounts.sum()) == target * settled.scale
    exact = _search(slope, before, most, target)
    assert settled.level == exact


def test_numbers_that_64_bits_cannot_hold_are_refused_instead_of_wrong() -> None:
    problem = small_problem(random.Random(3).randint, rules=False)
    huge = replace(problem.relais[0], asked=10**11, served=0)
    with pytest.raises(TooLarge):
        allocate(replace(problem, relais=(huge, *problem.relais[1:])), POLICY)


def test_a_relais_that_asks_for_nothing_now_may_have_any_history() -> None:
    problem = small_problem(random.Random(3).randint, rules=False)
    idle = replace(problem.relais[0], id="idle", asked=10**11, served=10**10)
    hopeless = Line("hopeless", "idle", "none", 10**11, TODAY)
    none = replace(problem.acceptances[0], id="none", tiers=(), asked=1)
    for lines, acceptances in ((problem.lines, problem.acceptances), ((*problem.lines, hopeless), (none,))):
        everything = {one.id: one for one in (*problem.acceptances, *acceptances)}
        other = replace(problem, relais=(*problem.relais, idle), lines=lines, acceptances=tuple(everything.values()))
        assert allocate(other, POLICY)[0].relais[1:] == allocate(problem, POLICY)[0].relais


def test_where_a_range_of_levels_gives_the_same_shares_the_parts_stay_in_order() -> None:
    """A is complete at a tenth and B waits at a half, so that any level between says the same of the laptops that they
    share. One of these completes a line of C, whom the lack of tablets keeps at a fifth: theirs cannot be lower."""
    names = ("laptop", "tablet", "desktop")
    classes = [test_rules.stock(name, count) for name, count in zip(names, (2, 1, 7), strict=True)]
    lines = [
        test_rules.line("a", "A", 1),
        test_rules.line("b", "B", 10),
        test_rules.line("c", "C", 1),
        test_rules.line("c2", "C", 9, "tablets"),
        test_rules.line("d", "D", 10, "desktops"),
    ]
    structures = [
        test_rules.relais("A", asked=9),
        test_rules.relais("B", asked=10, served=10),
        test_rules.relais("C"),
        test_rules.relais("D"),
    ]
    acceptances = [Acceptance(f"{name}s", ((name,),)) for name in names]
    problem = Problem(TODAY, tuple(classes), tuple(acceptances), tuple(lines), tuple(structures))
    allocation, proof = allocate(problem, POLICY)
    assert {one.line_id: one.given for one in allocation.lines} == {"a": 1, "b": 0, "c": 1, "c2": 1, "d": 7}
    level = {name: one.level for one in allocation.bottlenecks for name in one.relais}
    assert level["C"] == Fraction(1, 5) < level["A"] == level["B"] < Fraction(1, 2) < level["D"] == Fraction(7, 10)
    verify(problem, POLICY, allocation, certificate(proof))


class TooMuch:
    """Gives everybody one more than there is."""

    def settle(self, players: Integers, target: int) -> Settled:
        return Settled(1, np.full(len(players), target + 1), None)


def test_shares_that_do_not_add_up_are_an_error_and_not_a_search_for_ever() -> None:
    one, two = np.array([0]), np.array([1])
    network = Network(2, one, two, np.array([UNBOUNDED]), np.array([1, 0]), np.array([0, 0]), two)
    with pytest.raises(FlowFailed, match="do not add up"):
        fair_shares(network, np.array([3]), TooMuch(), lambda: None)


def test_large_numbers_that_fit_stay_exact() -> None:
    problem = small_problem(random.Random(7).randint, rules=False)
    heavy = tuple(replace(one, asked=10**7 + n, served=10**6 + 3 * n) for n, one in enumerate(problem.relais))
    large = replace(problem, relais=heavy)
    *shares, whole_urgent = shares_of(large)
    assert tuple(shares) == brute_force(large, POLICY, whole_urgent)


def test_where_several_levels_give_the_same_amounts_the_lowest_is_told() -> None:
    one = WaterFilling(np.array([1, 3]), np.array([2, 3]), np.array([1, 1])).settle(np.arange(2), 1)
    assert (one.level, one.scale, one.amounts.tolist()) == (Fraction(4, 3), 3, [0, 3])
