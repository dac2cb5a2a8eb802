"""For the line totals that are settled: the least sum of tiers, exactly; then few parcels; and fairness in figures."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import highspy
import numpy as np
import pytest
from distribute.engine import Acceptance, Device, Line, allocate
from distribute.engine.baselines import first_come, proportional
from distribute.engine.canonical import canonical
from distribute.engine.fairness_report import fairness, gini, jain
from distribute.engine.instance import instance_of
from distribute.engine.problem import Place
from distribute.engine.transport import Takes, journeys, kilometres
from filiere.geography import LocalityClass

from .small import POLICY, TODAY, small_problem


@pytest.mark.parametrize("seed", range(40))
def test_no_other_assignment_of_the_same_line_totals_has_a_lower_sum_of_tiers(seed: int) -> None:
    problem = small_problem(random.Random(f"tiers{seed}").randint, relais=8, classes=6)
    allocation, proof = allocate(problem, POLICY)
    instance = proof.instance
    lp = highspy.Highs()
    lp.setOptionValue("output_flag", False)
    cost = 0
    out: dict[int, list[Any]] = {}
    for line, result in enumerate(allocation.lines):
        if not result.given:
            continue
        takes = []
        for entry in np.flatnonzero(instance.patterns.pattern == instance.line_pattern[line]).tolist():
            take = lp.addVariable(lb=0)
            takes.append(take)
            out.setdefault(int(instance.patterns.source[entry]), []).append(take)
            cost += take * int(instance.patterns.tier[entry])
        lp.addConstr(sum(takes) == result.given)
    gates = dict(enumerate(instance.gates.of_class.tolist(), start=len(instance.stock)))
    for source, most in enumerate(instance.gates.capacity.tolist(), start=len(instance.stock)):
        if source in out:
            lp.addConstr(sum(out[source]) <= most)
    for held, most in enumerate(instance.stock.tolist()):
        takes = [take for source in out if gates.get(source, source) == held for take in out[source]]
        if takes:
            lp.addConstr(sum(takes) <= most)
    tiers = sum(take.tier * len(take.devices) for one in allocation.lines for take in one.takes)
    if allocation.given:
        lp.minimize(cost + 0)
        assert lp.getObjectiveValue() == pytest.approx(tiers)


def test_the_oldest_devices_of_a_class_leave_and_the_youngest_stay() -> None:
    problem = small_problem(random.Random(5).randint, relais=8, classes=3)
    allocation, _ = allocate(problem, POLICY)
    gone = {device for one in allocation.lines for take in one.takes for device in take.devices}
    for one in problem.classes:
        ages = sorted((device.arrived_on, device.id) for device in one.devices)
        left = [device for _, device in ages if device in gone]
        assert left == [device for _, device in ages[: len(left)]]


def test_first_come_serves_the_oldest_line_whole() -> None:
    problem = small_problem(random.Random(2).randint, rules=False, relais=6)
    _, proof = allocate(problem, POLICY)
    instance = proof.instance
    totals = first_come(instance).totals
    assert (totals <= instance.quantity).all()
    oldest = min(instance.relevant, key=lambda one: (instance.problem.lines[one].placed_on, one))
    stock = sum(
        int(instance.stock[source])
        for source in instance.patterns.source[instance.patterns.pattern == instance.line_pattern[oldest]]
    )
    assert totals[oldest] == min(stock, instance.quantity[oldest])


@pytest.mark.parametrize("seed", range(30))
def test_other_ways_give_no_more_than_there_is_and_the_fair_one_has_the_best_minimum(seed: int) -> None:
    draw = random.Random(f"compare{seed}").randint
    problem = small_problem(draw, rules=False)
    # Urgency and history are rules of the fair way alone; caps bind everybody.
    caps = [draw(0, 6) if draw(0, 1) else None for _ in problem.relais]
    relais = zip(problem.relais, caps, strict=True)
    problem = replace(problem, relais=tuple(replace(one, asked=0, served=0, cap=cap) for one, cap in relais))
    allocation, proof = allocate(problem, POLICY.model_copy(update={"cap_per_run": 5}))
    instance = proof.instance
    exact = [float(one.fair) for one in allocation.relais]
    ours = fairness(instance, np.array(exact))
    for way in (first_come(instance), proportional(instance)):
        per_relais = np.bincount(instance.line_relais, way.totals, len(exact))
        # What lines get is what they take, and no class gives more than it holds.
        taken = np.bincount(way.takes.line, way.takes.count, len(way.totals))
        assert taken == pytest.approx(way.totals, abs=1e-6)
        gone = np.bincount(way.takes.of_class, way.takes.count, len(instance.stock))
        assert (gone <= instance.stock + 1e-6).all()
        assert per_relais.sum() <= instance.stock.sum() + 1e-6
        assert (per_relais <= np.array([min(5, cap if cap is not None else 5) for cap in caps]) + 1e-6).all()
        assert ours.minimum_weighted_share >= fairness(instance, per_relais).minimum_weighted_share - 1e-9
        # A fair answer wastes nothing: nobody places more devices.
        assert ours.given >= per_relais.sum() - 1e-6


def test_what_a_cap_leaves_goes_to_the_others_in_both_ways() -> None:
    problem = small_problem(random.Random(2).randint, rules=False, relais=1)
    stock = replace(problem.classes[0], id="all", devices=tuple(Device(f"d{n}", TODAY) for n in range(10)))
    lines = [Line(name, name, "any", 8, TODAY - timedelta(days=n)) for n, name in enumerate(("late", "early"))]
    relais = [replace(problem.relais[0], id=name, cap=3 if name == "early" else None) for name in ("late", "early")]
    acceptance = Acceptance("any", (("all",),))
    capped = replace(problem, classes=(stock,), acceptances=(acceptance,), lines=tuple(lines), relais=tuple(relais))
    instance = instance_of(canonical(capped), POLICY)
    for way in (first_come, proportional):
        # The lines in the order of their ids: "early" is capped, "late" takes all that is left.
        assert way(instance).totals.tolist() == pytest.approx([3, 7])


def test_figures_of_equality_on_lists_that_a_person_can_check() -> None:
    assert jain(np.array([2.0, 2.0, 2.0])) == pytest.approx(1)
    assert jain(np.array([3.0, 0.0, 0.0])) == pytest.approx(1 / 3)
    assert gini(np.array([2.0, 2.0])) == pytest.approx(0)
    assert gini(np.array([0.0, 0.0, 0.0, 4.0])) == pytest.approx(0.75)
    assert jain(np.zeros(3)) == 1
    assert gini(np.zeros(3)) == 0


def test_shares_by_locality_count_history() -> None:
    problem = small_problem(random.Random(8).randint, rules=False)
    allocation, proof = allocate(problem, POLICY)
    report = fairness(proof.instance, np.array([one.given for one in allocation.relais]))
    served: Counter[LocalityClass] = Counter()
    asked: Counter[LocalityClass] = Counter()
    for one, facts in zip(allocation.relais, proof.instance.problem.relais, strict=True):
        if any(
            proof.instance.line_relais[line] == proof.instance.problem.relais.index(facts)
            for line in proof.instance.relevant
        ):
            served[facts.locality] += one.before + one.given
            asked[facts.locality] += one.asked
    assert report.share_by_locality == pytest.approx({one: served[one] / asked[one] for one in asked})
    assert set(report.share_by_locality) <= set(LocalityClass)


def test_the_journeys_of_an_answer_are_those_that_the_engine_counts() -> None:
    for seed in range(20):
        problem = small_problem(random.Random(f"ways{seed}").randint)
        allocation, proof = allocate(problem, POLICY)
        lines = {one.id: number for number, one in enumerate(proof.instance.problem.lines)}
        classes = {one.id: number for number, one in enumerate(proof.instance.problem.classes)}
        rows = [
            (lines[one.line_id], classes[take.class_id], len(take.devices))
            for one in allocation.lines
            for take in one.takes
        ]
        columns = np.array(rows, np.int64).reshape(len(rows), 3).T
        takes = Takes(columns[0], columns[1], columns[2].astype(np.float64))
        assert journeys(proof.instance, takes) == (allocation.shipments, allocation.device_km)


def test_paris_to_lyon_is_about_391_kilometres_and_nowhere_is_far() -> None:
    paris, lyon = Place(48_856_600, 2_352_200), Place(45_764_000, 4_835_700)
    assert kilometres([paris], [lyon, paris, None], 500).tolist() == [[391, 0, 500]]
