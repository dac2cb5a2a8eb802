"""Every sentence holds: its figures and what it says of others are found again in the snapshot and the takes alone."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache, cached_property

import pytest
from distribute.engine import (
    Acceptance,
    Allocation,
    Binding,
    Line,
    LineResult,
    Problem,
    Relais,
    StockClass,
    allocate,
)
from distribute.engine.policy import weigh
from distribute.engine.sentences import facts_of, percent, sentence
from filiere.geography import LocalityClass

from . import test_rules
from .small import POLICY, TODAY, small_problem
from .test_reasons import could_have
from .test_rules import LAPTOPS, given, relais, run, stock


@dataclass(frozen=True)
class Run:
    """One run as a person would look at it."""

    problem: Problem
    allocation: Allocation

    @cached_property
    def asking(self) -> dict[str, Relais]:
        return {one.id: one for one in self.problem.relais}

    @cached_property
    def suits(self) -> dict[str, dict[str, int]]:
        """What each line could have."""
        return {one.id: could_have(self.problem, one) for one in self.problem.lines}

    @cached_property
    def lines(self) -> dict[str, Line]:
        return {one.id: one for one in self.problem.lines}

    @cached_property
    def taken(self) -> list[tuple[str, Line, int]]:
        """(class, line, devices)"""
        return [
            (take.class_id, self.lines[one.line_id], len(take.devices))
            for one in self.allocation.lines
            for take in one.takes
        ]

    def given(self, name: str) -> int:
        return sum(count for _, line, count in self.taken if line.relais_id == name)

    def asked(self, name: str) -> int:
        mine = [one for one in self.problem.lines if one.relais_id == name and self.suits[one.id]]
        return self.asking[name].asked + sum(one.quantity for one in mine)

    def weighted(self, name: str, devices: int | Fraction) -> Fraction:
        mine = [one for one in self.problem.lines if one.relais_id == name and self.suits[one.id]]
        waits = (self.problem.as_of - min(one.placed_on for one in mine)).days
        weight = weigh(POLICY, self.asking[name], waits).thousandths
        return Fraction(self.asking[name].served + devices) / (self.asked(name) * weight)

    def takers(self, line: Line) -> list[tuple[Line, int]]:
        """(line, devices) of those who took what this line could have had, within its campaign's part."""
        campaign = {one.id: one.campaign for one in self.problem.classes}
        return [
            (other, count)
            for name, other, count in self.taken
            if name in self.suits[line.id]
            and (line.campaign is None or campaign[name] is not None or other.campaign == line.campaign)
        ]


@cache
def runs() -> list[Run]:
    found = []
    for seed in range(400):
        problem = small_problem(random.Random(f"told{seed}").randint, relais=8, classes=6)
        found.append(Run(problem, allocate(problem, POLICY)[0]))
    return found


def told(*bindings: Binding) -> Iterator[tuple[Run, Line, LineResult]]:
    for one in runs():
        for result in one.allocation.lines:
            if not bindings or result.reason.binding in bindings:
                yield one, one.lines[result.line_id], result


def whole_percent(share: Fraction) -> int:
    """In words: to the nearest, halves up, but never all or nothing where it is not."""
    nearest = int(100 * share + Fraction(1, 2))
    return min(max(nearest, 1 if share > 0 else 0), 100 if share >= 1 else 99)


def test_every_figure_of_every_sentence_is_found_in_the_snapshot_and_the_takes() -> None:
    for one, line, result in told():
        facts, name = facts_of(result.reason), line.relais_id
        asked, served = max(one.asked(name), 1), one.asking[name].served
        asked_tiers = next(a.asked for a in one.problem.acceptances if a.id == line.acceptance_id)
        mine = one.suits[line.id]
        assert facts.received == one.given(name)
        assert facts.before == whole_percent(Fraction(served, asked))
        assert facts.after == whole_percent(Fraction(served + one.given(name), asked))
        assert facts.substitutes == sum(len(take.devices) for take in result.takes if take.tier >= asked_tiers)
        assert facts.ready == sum(mine.values())
        assert facts.rivals == sum(x.quantity for x in one.problem.lines if mine.keys() & one.suits[x.id].keys())


def test_a_bottleneck_counts_what_its_relais_get_beyond_urgency_and_what_they_lacked() -> None:
    several = 0
    for one in runs():
        rows = {row.relais_id: row for row in one.allocation.relais}
        for bottleneck in one.allocation.bottlenecks:
            several += len(bottleneck.relais) > 1
            assert bottleneck.devices == sum(rows[name].given - rows[name].urgent for name in bottleneck.relais)
            wanted = 0
            for name in bottleneck.relais:
                lacking = one.asked(name) - one.asking[name].asked
                cap = one.asking[name].cap
                wanted += min(lacking, lacking if cap is None else cap) - rows[name].urgent
            assert bottleneck.wanted == wanted
            for name in bottleneck.relais:
                if rows[name].fair > rows[name].urgent:
                    assert one.weighted(name, rows[name].fair) * 1000 <= bottleneck.level
    assert several > 50


@pytest.mark.parametrize("binding", [Binding.SPOKEN_FOR, Binding.ALREADY_SERVED, Binding.LESS_SERVED_FIRST])
def test_urgencies_then_relais_served_no_more_are_all_that_came_before(binding: Binding) -> None:
    seen = 0
    for one, line, _ in told(binding):
        rows = {row.relais_id: row for row in one.allocation.relais}
        mine = one.weighted(line.relais_id, rows[line.relais_id].fair)
        for other, _ in one.takers(line):
            seen += 1
            if not (other.urgent and rows[other.relais_id].urgent):
                assert one.weighted(other.relais_id, rows[other.relais_id].fair) <= mine, (line, other)
        if line.campaign is None:
            # And nothing of it stays.
            assert sum(count for _, count in one.takers(line)) == sum(one.suits[line.id].values())
    assert seen > 20


def pressing(line: Line) -> tuple[bool, date, date, str]:
    return (not line.urgent, line.wanted_on or date.max, line.placed_on, line.id)


def test_more_pressing_lines_of_the_relais_got_all_of_its_devices_and_some_would_have_suited() -> None:
    seen = 0
    for one, line, result in told(Binding.MORE_PRESSING_LINES):
        seen += 1
        got = [(name, other) for name, other, _ in one.taken if other.relais_id == line.relais_id]
        assert result.given == 0
        assert all(pressing(other) < pressing(line) for _, other in got)
        assert any(name in one.suits[line.id] for name, _ in got)
    assert seen > 50


def test_a_campaigns_part_is_reached_where_it_is_said_to_be() -> None:
    seen = 0
    for one, line, _ in told(Binding.CAMPAIGN_SHARE):
        of_everybody = {x.id for x in one.problem.classes if x.campaign is None}
        used = {name: 0 for name in one.suits[line.id] if name in of_everybody}
        for name, other, count in one.taken:
            if name in used and other.campaign == line.campaign:
                used[name] += count
        assert used
        assert used == {name: one.suits[line.id][name] for name in used}
        seen += 1
    assert seen > 10


def test_a_relais_that_is_told_its_cap_has_it_as_its_fair_share() -> None:
    """And without it, it would have a larger share: its line does not lack what others need more."""
    gains = 0
    for one, line, result in told(Binding.CAP):
        fair = result.reason.relais.fair
        assert one.given(line.relais_id) == one.asking[line.relais_id].cap == fair
        lifted = [replace(x, cap=None if x.id == line.relais_id else x.cap) for x in one.problem.relais]
        again = allocate(replace(one.problem, relais=tuple(lifted)), POLICY)[0]
        gains += next(x.fair for x in again.relais if x.relais_id == line.relais_id) > fair
    assert gains == len(list(told(Binding.CAP))) > 20


def test_a_share_that_is_not_complete_is_never_all_and_one_that_is_something_never_nothing() -> None:
    assert [percent(Fraction(*one)) for one in ((0, 1), (1, 400), (1, 200), (399, 400), (1, 1), (3, 200))] == [
        0,
        1,
        1,
        99,
        100,
        2,
    ]
    answer = run([stock("laptop", 399)], [LAPTOPS], [test_rules.line("a", "A", 400)], [relais("A")])
    assert "avait reçu 0 % de ses demandes ; il en a maintenant 99 %" in sentence(facts_of(answer.lines[0].reason))


def test_the_share_after_counts_what_was_received_before() -> None:
    answer = run([stock("laptop", 2)], [LAPTOPS], [test_rules.line("a", "A", 4)], [relais("A", asked=4, served=3)])
    assert "avait reçu 38 % de ses demandes ; il en a maintenant 63 %" in sentence(facts_of(answer.lines[0].reason))


def test_a_cap_that_rounding_alone_reaches_is_not_told() -> None:
    both = [test_rules.line("a", "A", 10), test_rules.line("b", "B", 10)]
    answer = run([stock("laptop", 3)], [LAPTOPS], both, [relais("A", cap=2), relais("B")])
    # Three halves each: A is first by its name, and comes to two.
    assert given(answer) == {"a": 2, "b": 1}
    assert answer.lines[0].reason.binding is Binding.SHARED


def test_a_cap_that_hides_nothing_from_this_line_is_not_told() -> None:
    """The Relais has its cap in laptops; its line of tablets lacks them for the less served, with or without it."""
    tablets = Acceptance("tablets", (("tablet",),))
    lines = [
        test_rules.line("a", "A", 4),
        test_rules.line("t", "A", 5, "tablets"),
        test_rules.line("u", "B", 1, "tablets"),
    ]
    structures = [relais("A", cap=4, asked=100, served=90), relais("B", asked=100)]
    answer = run([stock("laptop", 4), stock("tablet", 1)], [LAPTOPS, tablets], lines, structures)
    assert given(answer) == {"a": 4, "t": 0, "u": 1}
    uncapped = run(
        [stock("laptop", 4), stock("tablet", 1)],
        [LAPTOPS, tablets],
        lines,
        [relais("A", asked=100, served=90), relais("B", asked=100)],
    )
    assert given(uncapped) == given(answer)
    assert answer.lines[1].reason.binding is Binding.SHARED


def test_the_policys_own_cap_holds_too_and_the_lower_of_the_two() -> None:
    policy = POLICY.model_copy(update={"cap_per_run": 3})
    problem = run_of(
        [stock("laptop", 9)],
        [test_rules.line("a", "A", 9), test_rules.line("b", "B", 9)],
        [relais("A"), relais("B", cap=2)],
    )
    answer = allocate(problem, policy)[0]
    assert given(answer) == {"a": 3, "b": 2}
    assert {one.reason.binding for one in answer.lines} == {Binding.CAP}


def run_of(classes: Iterable[StockClass], lines: Iterable[Line], structures: Iterable[Relais]) -> Problem:
    empty = small_problem(random.Random(1).randint)
    return replace(
        empty, as_of=TODAY, classes=tuple(classes), acceptances=(LAPTOPS,), lines=tuple(lines), relais=tuple(structures)
    )


def test_a_line_whose_campaign_has_had_its_part_is_told_so() -> None:
    lines = [test_rules.line("a", "A", 14), test_rules.line("b", "B", 50, campaign="winter")]
    answer = run([stock("laptop", 20)], [LAPTOPS], lines, [relais("A"), relais("B")])
    assert given(answer) == {"a": 14, "b": 6}
    assert sentence(facts_of(answer.lines[1].reason)) == (
        "6 équipements prêts conviennent à cette ligne, pour 64 demandés. La part de stock de sa campagne est atteinte."
    )


def test_more_pressing_lines_that_took_something_else_are_not_told() -> None:
    tablets = Acceptance("tablets", (("tablet",),))
    lines = [
        test_rules.line("a", "A", 5, days=9),
        test_rules.line("t", "A", 9, "tablets"),
        test_rules.line("u", "B", 9, "tablets", days=9),
    ]
    structures = [relais("A", asked=5, locality=LocalityClass.RURAL), relais("B", asked=5)]
    answer = run([stock("laptop", 3), stock("tablet", 1)], [LAPTOPS, tablets], lines, structures)
    assert answer.lines[0].given == 3
    assert answer.lines[1].reason.binding is not Binding.MORE_PRESSING_LINES


def test_public_gifts_and_stock_outside_the_campaigns_part_are_told_together() -> None:
    """Neither would be the whole truth: one laptop is too few for a part of its campaign, the other is a gift."""
    gift = stock("gift", 1, category="gift", public_origin=True)
    either = Acceptance("either", (("laptop", "gift"),))
    owner = [relais("A", may_receive_public_origin=False)]
    answer = run(
        [stock("laptop", 1), gift], [either], [test_rules.line("a", "A", 2, "either", campaign="winter")], owner
    )
    assert answer.lines[0].reason.binding is Binding.NOT_ALLOWED
    assert "hors de la part de stock de la sienne" in sentence(facts_of(answer.lines[0].reason))


def test_substitutes_count_from_what_was_asked_on() -> None:
    """Weaker first, then better, both asked for; the third only as a substitute."""
    acceptance = Acceptance("any", (("laptop",), ("better",), ("desktop",)), asked=2)
    classes = [stock("laptop", 1), stock("better", 1), stock("desktop", 1)]
    answer = run(
        classes, [acceptance], [test_rules.line("a", "A", 3, "any", days=timedelta(days=2).days)], [relais("A")]
    )
    assert [take.tier for take in answer.lines[0].takes] == [0, 1, 2]
    assert answer.lines[0].reason.substitutes == 1
    assert "1 équipement est en remplacement" in sentence(facts_of(answer.lines[0].reason))
