"""What a line is given once the coordination has changed what it wants: pure."""

import itertools
import random
from datetime import date
from uuid import UUID

from distribute.allocation.proposals.decisions import Change, decide
from distribute.allocation.proposals.snapshot import FreeDevice, OpenLine, Orderer, problem_of
from distribute.engine import Problem, allocate, policy_on
from distribute.why import say
from filiere.catalogue import Category, Grade
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st

TODAY = date(2026, 11, 23)
CATEGORIES = [Category.TABLET, Category.SMARTPHONE, Category.LAPTOP]
GRADES = list(Grade)
CAMPAIGNS = [None, None, "rentree", "hiver"]


def a_problem(draw: random.Random) -> Problem:
    """A handful of devices, lines and Relais, as rows of the database would give them."""
    ids = map(UUID, (f"{n:032x}" for n in itertools.count(1)))
    relais = [next(ids) for _ in range(draw.randint(1, 4))]
    devices = [
        FreeDevice(
            next(ids),
            draw.choice(CATEGORIES),
            draw.choice(list(Grade)),
            "",
            "",
            UUID(int=draw.randint(1, 2)),
            draw.random() < 0.2,
            TODAY,
            campaign=draw.choice(CAMPAIGNS),
        )
        for _ in range(draw.randint(0, 12))
    ]
    lines = []
    for _ in range(draw.randint(1, 6)):
        category, *others = draw.sample(CATEGORIES, draw.randint(1, 3))
        lines.append(
            OpenLine(
                next(ids),
                draw.choice(relais),
                category,
                draw.choice(list(Grade)),
                tuple(others),
                draw.randint(1, 4),
                TODAY,
                campaign=draw.choice(CAMPAIGNS),
            )
        )
    orderers = [
        Orderer(one, None, "48000", (), 50, draw.random() > 0.1, 0, may_receive_public_origin=draw.random() > 0.3)
        for one in relais
    ]
    return problem_of(TODAY, devices, lines, orderers)


@settings(max_examples=examples(60))
@given(st.randoms(use_true_random=False))
def test_changes_never_promise_a_device_twice_nor_what_a_line_does_not_accept_or_may_not_have(
    draw: random.Random,
) -> None:
    problem = a_problem(draw)
    allocation, _ = allocate(problem, policy_on(TODAY))
    changes = {
        UUID(line.id): Change(draw.randint(0, line.quantity), "Une famille attend.")
        for line in problem.lines
        if draw.random() < 0.4
    }
    decisions = decide(problem, allocation, changes)
    promised = [device.device_id for one in decisions for device in one.devices]
    assert len(promised) == len(set(promised))
    class_of = {UUID(device.id): one for one in problem.classes for device in one.devices}
    accepted = {one.id: {name for tier in one.tiers for name in tier} for one in problem.acceptances}
    lines = {UUID(line.id): line for line in problem.lines}
    agreed = {one.id for one in problem.relais if one.has_agreement}
    may_receive = {one.id: one.may_receive_public_origin for one in problem.relais}
    for one in decisions:
        line = lines[one.line_id]
        for device in one.devices:
            its_class = class_of[device.device_id]
            assert its_class.id in accepted[line.acceptance_id]
            assert its_class.campaign in (None, line.campaign)
            assert device.campaign == its_class.campaign
            assert may_receive[line.relais_id] or not its_class.public_origin
            assert line.relais_id in agreed
        if one.line_id in changes:
            assert len(one.devices) <= changes[one.line_id].given
            assert say(one.why).startswith("Décision de la coordination : Une famille attend.")


@settings(max_examples=examples(60))
@given(st.randoms(use_true_random=False))
def test_without_a_change_everything_is_as_it_was_computed(draw: random.Random) -> None:
    problem = a_problem(draw)
    allocation, _ = allocate(problem, policy_on(TODAY))
    decided = {
        str(one.line_id): {str(device.device_id) for device in one.devices} for one in decide(problem, allocation)
    }
    assert decided == {
        line.line_id: {device for take in line.takes for device in take.devices} for line in allocation.lines
    }


@settings(max_examples=examples(60))
@given(st.randoms(use_true_random=False))
def test_a_change_takes_nothing_from_the_lines_it_does_not_name(draw: random.Random) -> None:
    problem = a_problem(draw)
    allocation, _ = allocate(problem, policy_on(TODAY))
    before = {one.line_id: one.devices for one in decide(problem, allocation)}
    line = draw.choice(problem.lines)
    change = {UUID(line.id): Change(draw.randint(0, line.quantity), "Une famille attend.")}
    for one in decide(problem, allocation, change):
        if one.line_id not in change:
            assert one.devices == before[one.line_id]
