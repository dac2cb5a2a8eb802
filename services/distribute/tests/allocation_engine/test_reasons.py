"""Every line is told one true sentence, in both languages, and what it says follows from the numbers of the run."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import distribute
import pytest
from distribute.engine import Allocation, Binding, Line, LineResult, Problem, RelaisResult, allocate
from distribute.engine.sentences import (
    DEVICES,
    REPLACED,
    SENTENCES,
    SHARED_ALONE,
    SUITS,
    SUITS_UNCOUNTED,
    Words,
    facts_of,
    sentence,
)
from distribute.engine.verify import _gates as verified_gates
from filiere.web.i18n import Catalogue, read_catalogue

from .small import POLICY, small_problem

LOCALES = Path(distribute.__file__).parent / "locales"
Told = tuple[Problem, Allocation, Line, LineResult]


def runs() -> Iterator[tuple[Problem, Allocation]]:
    for seed in range(150):
        problem = small_problem(random.Random(f"told{seed}").randint, relais=8, classes=6)
        yield problem, allocate(problem, POLICY)[0]


@pytest.fixture(scope="module")
def told() -> list[Told]:
    """(problem, allocation, line, its result) of many runs."""
    return [
        (problem, allocation, line, result)
        for problem, allocation in runs()
        for line, result in zip(sorted(problem.lines, key=lambda one: one.id), allocation.lines, strict=True)
    ]


def test_every_constraint_comes_up(told: list[Told]) -> None:
    assert {result.reason.binding for *_, result in told} == set(Binding)


def test_a_line_is_complete_exactly_when_it_lacks_nothing(told: list[Told]) -> None:
    for _, _, line, result in told:
        assert (result.reason.binding is Binding.COMPLETE) == (result.given == line.quantity)


def test_what_is_said_of_the_relais_and_its_lines_is_so(told: list[Told]) -> None:
    for problem, allocation, line, result in told:
        reason = result.reason
        mine = [one for one in allocation.lines if one.relais_id == line.relais_id]
        assert reason.relais.given == sum(one.given for one in mine)
        match reason.binding:
            case Binding.MORE_PRESSING_LINES:
                assert result.given == 0 < reason.relais.given
            case Binding.ALREADY_SERVED:
                assert reason.relais.given == 0
                assert reason.relais.fair == 0
                assert reason.bottleneck is not None
                assert reached(reason.relais) >= reason.bottleneck.level
            case Binding.LESS_SERVED_FIRST:
                assert reason.bottleneck is not None
                assert reached(reason.relais, fair=True) >= reason.bottleneck.level
            case Binding.BELOW_ONE_DEVICE:
                assert 0 < reason.relais.fair < 1
            case Binding.SHARED:
                if reason.bottleneck is None:
                    assert reason.relais.given == next(x.cap for x in problem.relais if x.id == line.relais_id)
                else:
                    assert line.relais_id in reason.bottleneck.relais
                    assert reason.bottleneck.devices < reason.bottleneck.wanted
            case Binding.CAP:
                cap = next(one.cap for one in problem.relais if one.id == line.relais_id)
                # Of itself, not by rounding.
                assert reason.relais.given == reason.relais.fair == cap


def reached(relais: RelaisResult, *, fair: bool = False) -> Fraction:
    """Weighted share, as the bottlenecks' levels say it."""
    got = relais.before + (relais.fair if fair else Fraction(0))
    return got * 1000 / (relais.asked * relais.weight.thousandths)


def test_nothing_that_suits_an_unserved_line_is_left_behind(told: list[Told]) -> None:
    by_run: dict[int, tuple[Problem, Allocation, list[tuple[Line, LineResult]]]] = {}
    for problem, allocation, line, result in told:
        by_run.setdefault(id(allocation), (problem, allocation, []))[2].append((line, result))
    for problem, allocation, lines in by_run.values():
        gone = Counter(take.class_id for one in allocation.lines for take in one.takes for _ in take.devices)
        left = {one.id: len(one.devices) - gone[one.id] for one in problem.classes}
        accepts = {one.id: [name for tier in one.tiers for name in tier] for one in problem.acceptances}
        public = {one.id: one.public_origin for one in problem.classes}
        campaign = {one.id: one.campaign for one in problem.classes}
        for line, result in lines:
            relais = next(one for one in problem.relais if one.id == line.relais_id)
            if result.reason.binding in {Binding.COMPLETE, Binding.NO_AGREEMENT, Binding.CAP} or line.campaign:
                continue
            for name in accepts[line.acceptance_id]:
                if (not public[name] or relais.may_receive_public_origin) and campaign[name] is None:
                    assert left[name] == 0, (line, name)


def test_the_competition_for_a_line_is_counted_as_a_person_would(told: list[Told]) -> None:
    """Devices that it could have, and what all lines lack that could have one of these: from the snapshot alone."""
    for problem, _, line, result in told:
        suits = {one.id: could_have(problem, one) for one in problem.lines}
        mine = suits[line.id]
        assert result.reason.ready == sum(mine.values()), line
        rivals = sum(one.quantity for one in problem.lines if mine.keys() & suits[one.id].keys())
        assert result.reason.rivals == rivals, line


def could_have(problem: Problem, line: Line) -> dict[str, int]:
    """Class → devices of it that the line could have, by acceptance, agreement, origin and campaign."""
    relais = next(one for one in problem.relais if one.id == line.relais_id)
    accepted = {
        name for one in problem.acceptances if one.id == line.acceptance_id for tier in one.tiers for name in tier
    }
    gates = verified_gates(problem, POLICY)
    found = {}
    for one in problem.classes:
        if one.id not in accepted or not relais.has_agreement or not one.devices:
            continue
        if one.public_origin and not relais.may_receive_public_origin:
            continue
        if one.campaign == line.campaign:
            found[one.id] = len(one.devices)
        elif one.campaign is None and line.campaign is not None and gates.get((one.id, line.campaign)):
            found[one.id] = gates[one.id, line.campaign]
    return found


def test_each_sentence_is_whole(told: list[Told]) -> None:
    said = {sentence(facts_of(result.reason)) for *_, result in told}
    assert all(one[0].isupper() or one[0].isdigit() for one in said)
    assert all(one.endswith(".") and "{" not in one and "None" not in one for one in said)


def test_each_sentence_has_its_english_with_the_same_numbers() -> None:
    catalogue = read_catalogue(LOCALES / "en.po")
    for french in (*SENTENCES.values(), SHARED_ALONE, SUITS_UNCOUNTED):
        english = catalogue[french]
        assert isinstance(english, str)
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", french)), french
    for singular, _ in (DEVICES, REPLACED, SUITS):
        assert len(catalogue[singular]) == 2


def test_the_same_reason_in_english(told: list[Told]) -> None:
    words = Catalogue([LOCALES])
    reason, bottleneck = next(
        (result.reason, result.reason.bottleneck)
        for *_, result in told
        if result.reason.binding is Binding.SHARED and result.reason.bottleneck is not None
    )
    many = replace(reason, bottleneck=replace(bottleneck, relais=("a", "b")))
    assert ". Urgent lines come first, then the Relais that received least." in sentence(
        facts_of(many), Words(words.gettext, words.ngettext)
    )
