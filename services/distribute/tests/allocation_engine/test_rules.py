"""The published rules, one by one, on problems that a person can check by hand."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from distribute.engine import (
    Acceptance,
    Allocation,
    Binding,
    BrokenProblem,
    Device,
    Lately,
    Line,
    Place,
    Problem,
    Relais,
    StockClass,
    allocate,
)
from distribute.engine.policy import Policy, weigh
from filiere.geography import LocalityClass
from pydantic import ValidationError

from .small import POLICY, TODAY

LYON, PARIS, MENDE = Place(45_760_000, 4_840_000), Place(48_860_000, 2_350_000), Place(44_520_000, 3_500_000)
LAPTOPS = Acceptance("laptops", (("laptop",),))
EITHER = Acceptance("either", (("laptop",), ("desktop",)))


def stock(name: str, count: int, *, days: int = 1, **other: Any) -> StockClass:
    devices = tuple(Device(f"{name}{n}", TODAY - timedelta(days=days + n)) for n in range(count))
    facts: dict[str, Any] = {
        "category": name,
        "grade": "B",
        "cosmetic": "A",
        "battery": "good",
        "region": "84",
        "place": LYON,
        "campaign": None,
        "public_origin": False,
    }
    return StockClass(name, devices=devices, **(facts | other))


def relais(name: str, locality: LocalityClass = LocalityClass.METROPOLE, **facts: Any) -> Relais:
    return Relais(name, locality, **({"people_supported": 200} | facts))


def line(name: str, owner: str, quantity: int, acceptance: str = "laptops", *, days: int = 0, **facts: Any) -> Line:
    return Line(name, owner, acceptance, quantity, TODAY - timedelta(days=days), **facts)


def run(
    classes: Iterable[StockClass],
    acceptances: Iterable[Acceptance],
    lines: Iterable[Line],
    structures: Iterable[Relais],
) -> Allocation:
    return allocate(Problem(TODAY, tuple(classes), tuple(acceptances), tuple(lines), tuple(structures)), POLICY)[0]


def given(allocation: Allocation) -> dict[str, int]:
    return {one.line_id: one.given for one in allocation.lines}


def test_two_alike_share_alike() -> None:
    answer = run([stock("laptop", 6)], [LAPTOPS], [line("a", "A", 10), line("b", "B", 10)], [relais("A"), relais("B")])
    assert given(answer) == {"a": 3, "b": 3}


def test_a_small_order_is_not_starved_by_a_large_one() -> None:
    answer = run(
        [stock("laptop", 11)], [LAPTOPS], [line("a", "A", 100), line("b", "B", 10)], [relais("A"), relais("B")]
    )
    assert given(answer) == {"a": 10, "b": 1}


def test_who_received_much_before_waits_for_those_who_did_not() -> None:
    before = [relais("A", asked=10, served=8), relais("B", asked=10, served=0)]
    answer = run([stock("laptop", 6)], [LAPTOPS], [line("a", "A", 10), line("b", "B", 10)], before)
    assert given(answer) == {"a": 0, "b": 6}
    assert answer.lines[0].reason.binding is Binding.ALREADY_SERVED


def test_a_rural_relais_weighs_more() -> None:
    both = [relais("A"), relais("B", locality=LocalityClass.RURAL)]
    answer = run([stock("laptop", 22)], [LAPTOPS], [line("a", "A", 50), line("b", "B", 50)], both)
    # 1.000 and 1.200: ten and twelve of twenty-two.
    assert given(answer) == {"a": 10, "b": 12}
    assert dict(answer.relais[1].weight.factors)["locality"] == 1200


def test_weeks_of_waiting_weigh() -> None:
    lines = [line("a", "A", 50), line("b", "B", 50, days=70)]
    answer = run([stock("laptop", 21)], [LAPTOPS], lines, [relais("A"), relais("B")])
    assert given(answer) == {"a": 10, "b": 11}


def test_the_last_device_goes_where_it_counts_most_then_to_the_longest_wait_then_by_id() -> None:
    alike = [relais("A"), relais("B"), relais("C")]
    answer = run([stock("laptop", 1)], [LAPTOPS], [line(x, x, 2) for x in "ABC"], alike)
    assert given(answer) == {"A": 1, "B": 0, "C": 0}
    # Two days more are no week more: the weights are equal, the wait is not.
    waited = [line("A", "A", 2), line("B", "B", 2, days=2), line("C", "C", 2)]
    assert given(run([stock("laptop", 1)], [LAPTOPS], waited, alike)) == {"A": 0, "B": 1, "C": 0}
    # Who asked for less loses a larger share to rounding.
    sizes = [line("A", "A", 20), line("B", "B", 20), line("C", "C", 4)]
    assert given(run([stock("laptop", 1)], [LAPTOPS], sizes, alike))["C"] == 0
    assert given(run([stock("laptop", 7)], [LAPTOPS], sizes, alike)) == {"A": 3, "B": 3, "C": 1}


def test_urgent_lines_go_first_within_their_share_of_the_category() -> None:
    both = [relais("A"), relais("B", asked=10, served=10)]
    urgent = line("b", "B", 10, urgent=True)
    answer = run([stock("laptop", 10)], [LAPTOPS], [line("a", "A", 30), urgent], both)
    # B was served well before; a fifth of ten laptops is all that urgency gives it.
    assert given(answer) == {"a": 8, "b": 2}
    assert answer.relais[1].urgent == 2


def test_a_relais_has_one_urgent_line_served_before_its_others() -> None:
    lines = [line("calm", "A", 3, days=30), line("hurry", "A", 3, urgent=True)]
    assert given(run([stock("laptop", 3)], [LAPTOPS], lines, [relais("A")])) == {"calm": 0, "hurry": 3}


def test_at_home_the_line_wanted_first_is_served_first() -> None:
    lines = [
        line("later", "A", 3, wanted_on=TODAY + timedelta(days=20)),
        line("sooner", "A", 3, wanted_on=TODAY + timedelta(days=10)),
        line("whenever", "A", 3, days=50),
    ]
    answer = run([stock("laptop", 4)], [LAPTOPS], lines, [relais("A")])
    assert given(answer) == {"later": 1, "sooner": 3, "whenever": 0}
    assert answer.lines[2].reason.binding is Binding.MORE_PRESSING_LINES


def test_at_home_urgent_comes_before_wanted_and_wanted_before_old_and_old_before_the_name() -> None:
    """Each line has a name that comes later than those it goes before."""
    lines = [
        line("d urgent", "A", 1, urgent=True),
        line("c wanted", "A", 1, wanted_on=TODAY + timedelta(days=9)),
        line("b old", "A", 1, days=5),
        line("a young", "A", 1),
    ]
    for count in range(1, 4):
        served = {one.id for one in lines[:count]}
        answer = run([stock("laptop", count)], [LAPTOPS], lines, [relais("A")])
        assert {name for name, devices in given(answer).items() if devices} == served


def test_of_a_class_the_oldest_device_goes_to_the_line_placed_first() -> None:
    lines = [line("a", "A", 1), line("b", "B", 2, days=3), line("c", "A", 1, days=1)]
    answer = run([stock("laptop", 4)], [LAPTOPS], lines, [relais("A"), relais("B")])
    # laptop3 came first.
    assert {one.line_id: one.takes[0].devices for one in answer.lines} == {
        "b": ("laptop3", "laptop2"),
        "c": ("laptop1",),
        "a": ("laptop0",),
    }


def test_what_was_asked_goes_to_the_most_pressing_line_and_the_substitute_to_the_other() -> None:
    lines = [line("a", "A", 1, "either"), line("b", "A", 1, "either", days=3)]
    answer = run([stock("laptop", 1), stock("desktop", 1)], [EITHER], lines, [relais("A")])
    assert {one.line_id: one.takes[0].class_id for one in answer.lines} == {"a": "desktop", "b": "laptop"}


def test_a_campaign_takes_its_own_stock_and_only_its_share_of_everybodys() -> None:
    own = stock("winter-laptop", 3, category="laptop", campaign="winter")
    accepts = Acceptance("laptops", (("laptop", "winter-laptop"),))
    lines = [line("a", "A", 50), line("w", "B", 50, campaign="winter")]
    answer = run([stock("laptop", 20), own], [accepts], lines, [relais("A"), relais("B")])
    # Three of its own, and 30 % of twenty; the others never touch the campaign's own.
    assert given(answer) == {"a": 14, "w": 9}


def test_without_an_agreement_nothing_goes() -> None:
    answer = run([stock("laptop", 3)], [LAPTOPS], [line("a", "A", 3)], [relais("A", has_agreement=False)])
    assert given(answer) == {"a": 0}
    assert answer.lines[0].reason.binding is Binding.NO_AGREEMENT


def test_public_gifts_go_only_to_those_who_may_receive_them() -> None:
    public = stock("laptop", 3, public_origin=True)
    both = [relais("A", may_receive_public_origin=False), relais("B")]
    answer = run([public], [LAPTOPS], [line("a", "A", 3), line("b", "B", 3)], both)
    assert given(answer) == {"a": 0, "b": 3}
    assert answer.lines[0].reason.binding is Binding.PUBLIC_ONLY


def test_nobody_gets_more_than_the_cap() -> None:
    answer = run([stock("laptop", 9)], [LAPTOPS], [line("a", "A", 9)], [relais("A", cap=4)])
    assert given(answer) == {"a": 4}
    assert answer.lines[0].reason.binding is Binding.CAP


def test_substitutes_come_last_and_only_with_consent() -> None:
    classes = [stock("laptop", 2), stock("desktop", 5)]
    lines = [line("a", "A", 3, "either"), line("b", "B", 3)]
    answer = run(classes, [LAPTOPS, EITHER], lines, [relais("A"), relais("B")])
    # Whoever accepts a desktop gets one, so that both laptops can go to the one who does not.
    assert given(answer) == {"a": 3, "b": 2}
    assert [(take.class_id, take.tier) for take in answer.lines[0].takes] == [("desktop", 1)]
    assert answer.lines[0].reason.substitutes == 3


def test_what_was_asked_goes_before_substitutes_where_nobody_else_wants_it() -> None:
    answer = run([stock("laptop", 9), stock("desktop", 9)], [EITHER], [line("a", "A", 3, "either")], [relais("A")])
    assert [(take.class_id, len(take.devices)) for take in answer.lines[0].takes] == [("laptop", 3)]


def test_one_parcel_rather_than_two_and_the_short_way_rather_than_the_long() -> None:
    near = stock("near", 4, category="laptop")
    far = stock("far", 9, category="laptop", region="11", place=PARIS)
    anywhere = [Acceptance("laptops", (("near", "far"),))]
    at_mende = [relais("A", place=MENDE)]
    assert run([near, far], anywhere, [line("a", "A", 4)], at_mende).lines[0].takes[0].class_id == "near"
    both = [line("a", "A", 4), line("b", "B", 4)]
    answer = run([near, far], anywhere, both, [relais("A", place=MENDE), relais("B", place=PARIS)])
    assert answer.shipments == 2
    assert {one.line_id: one.takes[0].class_id for one in answer.lines} == {"a": "near", "b": "far"}


def test_a_second_look_at_prices_saves_a_parcel() -> None:
    """As full as they could be, three parcels look best; at the price that each of them then has, two are."""
    classes = [
        stock("lyon", 1, category="laptop", region="84", place=LYON),
        stock("paris", 3, category="laptop", region="11", place=PARIS),
        stock("mende", 4, category="laptop", region="76", place=MENDE),
    ]
    south, anywhere = Acceptance("south", (("lyon", "mende"),)), Acceptance("anywhere", (("lyon", "mende", "paris"),))
    lines = [line("a", "A", 3, "south"), line("b", "A", 1, "anywhere")]
    answer = run(classes, [south, anywhere], lines, [relais("A", place=PARIS)])
    assert answer.shipments == 2


def test_the_oldest_stock_leaves_first() -> None:
    young, old = stock("young", 3, category="laptop"), stock("old", 3, days=90, category="laptop")
    answer = run([young, old], [Acceptance("laptops", (("old", "young"),))], [line("a", "A", 2)], [relais("A")])
    assert answer.lines[0].takes[0].devices == ("old2", "old1")


def test_every_device_goes_to_one_line_at_most() -> None:
    lines = [line(f"l{n:02}", "AB"[n % 2], 3, ("laptops", "either")[n % 2]) for n in range(8)]
    classes = [stock("laptop", 7), stock("desktop", 4)]
    answer = run(classes, [LAPTOPS, EITHER], lines, [relais("A"), relais("B")])
    gone = Counter(device for one in answer.lines for take in one.takes for device in take.devices)
    assert sum(gone.values()) == 11
    assert set(gone.values()) == {1}


def test_nothing_to_share_is_an_answer_too() -> None:
    assert run([], [], [], []).lines == ()
    answer = run([stock("laptop", 0)], [LAPTOPS], [line("a", "A", 2)], [relais("A")])
    assert answer.lines[0].reason.binding is Binding.NOTHING_READY
    assert run([stock("laptop", 4)], [], [], [relais("A")]).given == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda problem: replace(problem, lines=problem.lines * 2),
        lambda problem: replace(problem, lines=(replace(problem.lines[0], quantity=0),)),
        lambda problem: replace(problem, lines=(replace(problem.lines[0], quantity=10**12),)),
        lambda problem: replace(problem, lines=(replace(problem.lines[0], relais_id="unknown"),)),
        lambda problem: replace(problem, acceptances=(Acceptance("laptops", (("unknown",),)),)),
        lambda problem: replace(problem, acceptances=(Acceptance("laptops", (("laptop",), ("laptop",))),)),
        lambda problem: replace(problem, acceptances=(replace(LAPTOPS, asked=2),)),
        lambda problem: replace(problem, relais=(relais("A", asked=1, served=2),)),
        lambda problem: replace(problem, classes=(*problem.classes, replace(problem.classes[0], id="again"))),
        lambda problem: replace(problem, lately=(Lately("laptop", 1), Lately("laptop", 1))),
        lambda problem: replace(problem, lately=(Lately("laptop", 1, 1, urgent=2),)),
        lambda problem: replace(problem, lately=(Lately("laptop", 1, 2),)),
        lambda problem: replace(problem, lately=(Lately("laptop", 3, 1, campaigns=(("winter", 2),)),)),
        lambda problem: replace(problem, lately=(Lately("laptop", 3, 1, campaigns=(("winter", -1), ("spring", 1))),)),
    ],
)
def test_a_snapshot_that_contradicts_itself_is_refused(change: Callable[[Problem], Problem]) -> None:
    problem = Problem(TODAY, (stock("laptop", 1),), (LAPTOPS,), (line("a", "A", 1),), (relais("A"),))
    allocate(problem, POLICY)
    with pytest.raises(BrokenProblem):
        allocate(change(problem), POLICY)


@pytest.mark.parametrize(
    "change",
    [
        {"campaigns": {"winter": -1}},
        {"campaigns": {"winter": 101}},
        {"campaign_percent": 101},
        {"urgent_percent": -1},
        {"weights": {"publics": {"each": {"seniors": -1}, "at_most": 100}}},
        {"weights": {"waiting": {"per_week": -1, "at_most": 100}}},
        {"weights": {"people_supported": [{"below": None, "weight": 0}]}},
        {"weights": {"locality": dict.fromkeys(LocalityClass, 0)}},
    ],
)
def test_a_policy_with_parts_beyond_the_whole_or_weights_below_nothing_is_refused(change: dict[str, Any]) -> None:
    facts = POLICY.model_dump(mode="json")
    weights = facts["weights"] | change.get("weights", {})
    Policy.model_validate(facts)
    with pytest.raises(ValidationError) as refused:
        Policy.model_validate(facts | change | {"weights": weights})
    assert {one["type"] for one in refused.value.errors()} <= {"greater_than_equal", "less_than_equal"}


def test_the_least_weight_that_a_policy_can_give_is_ten_thousandths() -> None:
    facts = POLICY.model_dump(mode="json")
    facts["weights"] |= {
        "locality": dict.fromkeys(facts["weights"]["locality"], 100),
        "people_supported": [{"below": None, "weight": 100}],
        "publics": {"each": {"seniors": 0}, "at_most": 0},
    }
    assert weigh(Policy.model_validate(facts), relais("A", publics=frozenset({"seniors"})), 0).thousandths == 10
