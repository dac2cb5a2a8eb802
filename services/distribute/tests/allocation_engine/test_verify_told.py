"""What is told beside the devices is checked too: each figure, one altered after the other, is found."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from distribute.engine import Binding, Bottleneck, LineResult, Reason, RelaisResult, allocate
from distribute.engine.certificate import certificate
from distribute.engine.verify import NotProved, verify

from .small import POLICY, Proved, small_problem
from .test_verify_certificate import TWO

Change = dict[str, Any]
"""By field: another value, or what makes one of the row."""
Row = TypeVar("Row", RelaisResult, LineResult, Bottleneck)


@pytest.fixture(scope="module")
def run() -> Proved:
    """A problem with several bottlenecks, everybody's rules in it, and its answer."""
    for seed in range(1000):
        problem = small_problem(random.Random(f"told{seed}").randint, relais=12, classes=6)
        allocation, proof = allocate(problem, POLICY)
        kinds = {one.reason.binding for one in allocation.lines}
        if len(allocation.bottlenecks) > 2 and proof.urgent is not None and allocation.given > 15 and len(kinds) > 6:
            return problem, allocation, certificate(proof)
    raise AssertionError("no such problem")


def refused(run: Proved, **changed: Any) -> None:
    problem, allocation, proof = run
    with pytest.raises(NotProved):
        verify(problem, POLICY, replace(allocation, **changed), proof)


def each(rows: Sequence[Row], **change: Any) -> Iterator[tuple[Row, ...]]:
    """The rows with one changed, for each of them."""
    for at, one in enumerate(rows):
        told = {name: value(one) if callable(value) else value for name, value in change.items()}
        yield tuple(replace(one, **told) if number == at else row for number, row in enumerate(rows))


def test_the_true_answer_passes(run: Proved) -> None:
    problem, allocation, proof = run
    verify(problem, POLICY, allocation, proof)


@pytest.mark.parametrize(
    "change",
    [
        {"weight": lambda one: replace(one.weight, thousandths=one.weight.thousandths + 1)},
        {"weight": lambda one: replace(one.weight, factors=one.weight.factors[1:])},
        {"asked": lambda one: one.asked + 1},
        {"before": lambda one: one.before + 1},
        {"urgent": lambda one: one.urgent + 1},
        {"fair": lambda one: one.fair + 1},
        {"given": lambda one: one.given + 1},
        {"bottleneck": lambda one: 0 if one.bottleneck != 0 else 1},
        {"relais_id": "another"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_figure_of_a_relais_is_checked(run: Proved, change: Change) -> None:
    for rows in each(run[1].relais, **change):
        refused(run, relais=rows)


def test_every_relais_is_told_once(run: Proved) -> None:
    rows = run[1].relais
    for told in ((), rows[1:], (*rows, rows[0]), rows[::-1]):
        refused(run, relais=told)


@pytest.mark.parametrize("change", [{"relais_id": "another"}, {"wanted": lambda one: one.wanted + 1}])
def test_every_figure_of_a_line_is_checked(run: Proved, change: Change) -> None:
    for rows in each(run[1].lines, **change):
        refused(run, lines=rows)


@pytest.mark.parametrize("figure", ["wanted", "given", "substitutes", "ready", "rivals"])
def test_every_figure_of_a_reason_is_checked(run: Proved, figure: str) -> None:
    for rows in each(run[1].lines, reason=lambda one: replace(one.reason, **{figure: getattr(one.reason, figure) + 1})):
        refused(run, lines=rows)


def test_every_reason_names_its_own_relais_and_bottleneck(run: Proved) -> None:
    allocation = run[1]

    def other_relais(one: LineResult) -> Reason:
        return replace(one.reason, relais=next(row for row in allocation.relais if row.relais_id != one.relais_id))

    def other_bottleneck(one: LineResult) -> Reason:
        return replace(
            one.reason, bottleneck=next(row for row in allocation.bottlenecks if row is not one.reason.bottleneck)
        )

    for rows in (*each(allocation.lines, reason=other_relais), *each(allocation.lines, reason=other_bottleneck)):
        refused(run, lines=rows)


CERTAIN = {
    Binding.COMPLETE,
    Binding.NO_AGREEMENT,
    Binding.NOTHING_READY,
    Binding.SET_ASIDE,
    Binding.OUT_OF_CAMPAIGN,
    Binding.PUBLIC_ONLY,
    Binding.NOT_ALLOWED,
}


@pytest.mark.parametrize("binding", sorted(CERTAIN))
def test_complete_without_agreement_and_out_of_reach_are_told_of_no_other_line(run: Proved, binding: Binding) -> None:
    for one, rows in zip(
        run[1].lines, each(run[1].lines, reason=lambda one: replace(one.reason, binding=binding)), strict=True
    ):
        if one.reason.binding is not binding:
            refused(run, lines=rows)


def test_a_line_that_is_complete_or_out_of_reach_is_told_nothing_else(run: Proved) -> None:
    for one, rows in zip(
        run[1].lines, each(run[1].lines, reason=lambda one: replace(one.reason, binding=Binding.SHARED)), strict=True
    ):
        if one.reason.binding in CERTAIN:
            refused(run, lines=rows)


@pytest.mark.parametrize(
    "change",
    [
        {"level": lambda one: one.level * 2},
        {"relais": lambda one: one.relais[1:]},
        {"classes": lambda one: (*one.classes, "another")},
        {"devices": lambda one: one.devices + 1},
        {"wanted": lambda one: one.wanted * 2},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_figure_of_a_bottleneck_is_checked(run: Proved, change: Change) -> None:
    for rows in each(run[1].bottlenecks, **change):
        refused(run, bottlenecks=rows)


@pytest.mark.parametrize(
    "change",
    [
        {"policy": "another v1"},
        {"engine": "another"},
        {"engine": "fair_shares_v"},
        {"bottlenecks": ()},
        {"shipments": 999},
    ],
)
def test_what_is_told_of_the_run_as_a_whole_is_checked(run: Proved, change: Change) -> None:
    refused(run, **change)


def test_a_run_whose_bottlenecks_are_nobodys_is_refused() -> None:
    """The level, the Relais, the laptops and what they lack are those of the certificate: three of ten each."""
    allocation, proof = allocate(TWO, POLICY)
    (one,) = allocation.bottlenecks
    assert (float(one.level), one.relais, one.classes, one.devices, one.wanted) == (0.3, ("A", "B"), ("laptop",), 6, 20)
    verify(TWO, POLICY, allocation, certificate(proof))
