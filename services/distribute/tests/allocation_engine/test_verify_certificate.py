"""Certificates made by hand: each consistent with its answer, each breaking one rule of fairness, capacity or form."""

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from distribute.engine import Acceptance, Allocation, Line, Policy, Problem, Relais, StockClass, Take, allocate
from distribute.engine.certificate import certificate
from distribute.engine.verify import NotProved, verify

from .small import POLICY, TODAY, Certificate
from .test_rules import LAPTOPS, line, relais, stock

Levels = list[list[int] | None]
Nodes = dict[str, int]
Spoil = Callable[[Certificate], object]


def snapshot(
    classes: Iterable[StockClass],
    lines: Iterable[Line],
    structures: Iterable[Relais],
    acceptances: Iterable[Acceptance] = (LAPTOPS,),
) -> Problem:
    return Problem(TODAY, tuple(classes), tuple(acceptances), tuple(lines), tuple(structures))


def proved(problem: Problem, policy: Policy = POLICY) -> tuple[Allocation, Certificate]:
    """(answer, certificate), which may be altered."""
    allocation, proof = allocate(problem, policy)
    return allocation, copy.deepcopy(certificate(proof))


def dealt(problem: Problem, allocation: Allocation, counts: Mapping[str, int]) -> Allocation:
    """The same answer with so many laptops for each line, the oldest first."""
    devices = [one.id for one in sorted(problem.classes[0].devices, key=lambda one: (one.arrived_on, one.id))]
    lines = []
    owners: Counter[str] = Counter()
    for one in allocation.lines:
        count = counts[one.line_id]
        taken, devices = tuple(devices[:count]), devices[count:]
        owners[one.relais_id] += count
        takes = (Take(problem.classes[0].id, 0, taken),) if taken else ()
        lines.append(replace(one, takes=takes, reason=replace(one.reason, given=count)))
    told = tuple(replace(one, given=owners[one.relais_id]) for one in allocation.relais)
    return replace(allocation, lines=tuple(lines), relais=told)


TWO = snapshot([stock("laptop", 6)], [line("a", "A", 10), line("b", "B", 10)], [relais("A"), relais("B")])


def split(levels: Levels, nodes: Nodes) -> tuple[Allocation, Certificate]:
    """Five for A and one for B, of six, with these levels and parts."""
    allocation, proof = proved(TWO)
    common = proof["common"]
    common["levels"], common["nodes"] = levels, nodes
    common["flows"] = [
        ["class/laptop", "pattern/0", 6, 1],
        ["pattern/0", "relais/A", 5, 1],
        ["pattern/0", "relais/B", 1, 1],
    ]
    common["shares"], common["whole"] = {"A": [5, 1], "B": [1, 1]}, {"A": 5, "B": 1}
    return dealt(TWO, allocation, {"a": 5, "b": 1}), proof


SLOPE = 10 * 1000
ALL = {"class/laptop": 0, "pattern/0": 0, "relais/A": 0, "relais/B": 0}


@pytest.mark.parametrize(
    ("levels", "nodes", "complaint"),
    [
        # Each at its own level: but the laptops beside A could as well go to B.
        ([[5, SLOPE], [1, SLOPE]], ALL | {"relais/B": 1}, "could give to relais/B, which is lower"),
        # The laptops beside B: then they go up to A.
        (
            [[5, SLOPE], [1, SLOPE]],
            {"class/laptop": 1, "pattern/0": 1, "relais/A": 0, "relais/B": 1},
            "gives to relais/A, which is higher",
        ),
        # Both at one level: one stands above it, or the other below.
        ([[3, SLOPE]], ALL, "Relais A is above its level"),
        ([[5, SLOPE]], ALL, "Relais B is below its level"),
        # Nothing limits anybody.
        ([None], ALL, "lacks what nothing limits"),
    ],
)
def test_five_and_one_of_six_for_two_alike_is_not_fair_however_it_is_put(
    levels: Levels, nodes: Nodes, complaint: str
) -> None:
    allocation, proof = split(levels, nodes)
    with pytest.raises(NotProved, match=complaint):
        verify(TWO, POLICY, allocation, proof)


def test_three_and_three_put_the_same_way_is_proved() -> None:
    _, proof = split([[3, SLOPE]], ALL)
    for name in "AB":
        proof["common"]["shares"][name], proof["common"]["whole"][name] = [3, 1], 3
    proof["common"]["flows"][1][2] = proof["common"]["flows"][2][2] = 3
    verify(TWO, POLICY, allocate(TWO, POLICY)[0], proof)


def test_a_flow_of_more_than_the_line_lacks_is_refused() -> None:
    problem = snapshot([stock("laptop", 6)], [line("a", "A", 2), line("b", "B", 3)], [relais("A"), relais("B")])
    allocation, proof = proved(problem)
    next(flow for flow in proof["common"]["flows"] if flow[1] == "relais/A")[2] = 3
    with pytest.raises(NotProved, match="too much from pattern/0 to relais/A"):
        verify(problem, POLICY, allocation, proof)


def test_a_share_of_more_than_the_relais_lacks_is_refused() -> None:
    problem = snapshot([stock("laptop", 6)], [line("a", "A", 2), line("b", "B", 3)], [relais("A"), relais("B")])
    allocation, proof = proved(problem)
    proof["common"]["shares"]["A"] = [3, 1]
    with pytest.raises(NotProved):
        verify(problem, POLICY, allocation, proof)


def test_devices_that_stay_while_somebody_lacks_them_are_found() -> None:
    allocation, proof = proved(TWO)
    for flow in proof["common"]["flows"]:
        flow[2] = 4 if flow[0] == "class/laptop" else 2
    proof["common"]["levels"] = [[2, SLOPE] if one is not None else None for one in proof["common"]["levels"]]
    proof["common"]["shares"], proof["common"]["whole"] = {"A": [2, 1], "B": [2, 1]}, {"A": 2, "B": 2}
    with pytest.raises(NotProved, match="keeps devices that somebody lacks"):
        verify(TWO, POLICY, dealt(TWO, allocation, {"a": 2, "b": 2}), proof)


HURRIED = snapshot(
    [stock("laptop", 10)],
    [line("a", "A", 30), line("b", "B", 10, urgent=True), line("calm", "B", 10)],
    [relais("A"), relais("B", asked=10, served=10)],
)


def test_a_run_without_the_part_of_urgent_lines_is_refused() -> None:
    """The Relais of the urgent line was served well: without its part it gets nothing."""
    allocation, proof = proved(HURRIED, POLICY.model_copy(update={"urgent_percent": 0}))
    assert [one.given for one in allocation.lines] == [10, 0, 0]
    with pytest.raises(NotProved, match="urgent lines have no part of their own"):
        verify(HURRIED, POLICY, allocation, proof)


def test_a_part_of_urgent_lines_where_there_is_none_is_refused() -> None:
    _, proof = proved(HURRIED)
    none = POLICY.model_copy(update={"urgent_percent": 0})
    with pytest.raises(NotProved, match="or have it in vain"):
        verify(HURRIED, none, proved(HURRIED, none)[0], proof)


def test_what_urgent_lines_were_promised_goes_to_them_and_not_to_another_line_of_their_relais() -> None:
    allocation, proof = proved(HURRIED)
    assert [one.given for one in allocation.lines] == [8, 2, 0]
    with pytest.raises(NotProved, match="urgent lines lack what they were promised"):
        verify(HURRIED, POLICY, dealt(HURRIED, allocation, {"a": 8, "b": 1, "calm": 1}), proof)


def test_a_line_gets_no_more_than_it_lacks_though_its_relais_could() -> None:
    lines = [line("a", "A", 2), line("b", "A", 8)]
    problem = snapshot([stock("laptop", 5)], lines, [relais("A")])
    allocation, proof = proved(problem)
    with pytest.raises(NotProved, match="line a gets more than it lacks"):
        verify(problem, POLICY, dealt(problem, allocation, {"a": 3, "b": 2}), proof)


def test_a_campaign_gets_no_more_of_a_class_than_its_part() -> None:
    """Through its own lines: two others of the same Relais would be free to take as much."""
    lines = [line("w", "A", 5, campaign="winter", days=9), line("x", "A", 9)]
    problem = snapshot([stock("laptop", 10)], lines, [relais("A")])
    allocation, proof = proved(problem)
    assert [one.given for one in allocation.lines] == [3, 7]
    with pytest.raises(NotProved, match="a campaign takes too much of laptop"):
        verify(problem, POLICY, dealt(problem, allocation, {"w": 4, "x": 6}), proof)


@pytest.mark.parametrize("tier", [-2, -1, 1, 99, 0.0, None])
def test_the_preference_of_a_class_is_told_as_it_is(tier: Any) -> None:
    desktops = Acceptance("either", (("laptop",), ("desktop",)))
    problem = snapshot([stock("laptop", 3)], [line("a", "A", 3, "either")], [relais("A")], [desktops])
    problem = replace(problem, classes=(*problem.classes, stock("desktop", 1)))
    allocation, proof = proved(problem)
    one = allocation.lines[0]
    told = replace(allocation, lines=(replace(one, takes=(replace(one.takes[0], tier=tier),)),))
    with pytest.raises(NotProved, match="the wrong preference"):
        verify(problem, POLICY, told, proof)


def test_a_line_that_nothing_may_go_to_gets_nothing() -> None:
    lines = [line("a", "A", 3), line("b", "B", 3)]
    problem = snapshot([stock("laptop", 3)], lines, [relais("A"), relais("B", has_agreement=False)])
    allocation, proof = proved(problem)
    with pytest.raises(NotProved, match="line b may not take class laptop"):
        verify(problem, POLICY, dealt(problem, allocation, {"a": 2, "b": 1}), proof)


def test_the_oldest_devices_of_a_class_leave_first() -> None:
    problem = snapshot([stock("laptop", 5)], [line("a", "A", 2)], [relais("A")])
    allocation, proof = proved(problem)
    youngest = Take("laptop", 0, tuple(one.id for one in problem.classes[0].devices[:2]))
    assert problem.classes[0].devices[0].arrived_on == TODAY - timedelta(days=1)
    told = replace(allocation, lines=(replace(allocation.lines[0], takes=(youngest,)),))
    with pytest.raises(NotProved, match="leave others than the oldest"):
        verify(problem, POLICY, told, proof)


def without(name: str) -> Spoil:
    return lambda proof: proof["common"]["nodes"].pop(name)


def put(part: str, key: str | int, value: object) -> Spoil:
    return lambda proof: proof["common"][part].__setitem__(key, value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda proof: proof.pop("common"),
        lambda proof: proof.update(format=9),
        lambda proof: proof.update(common=None),
        lambda proof: proof["patterns"].append(proof["patterns"][0]),
        lambda proof: proof["patterns"].clear(),
        without("class/laptop"),
        without("pattern/0"),
        without("relais/A"),
        put("nodes", "ghost", 0),
        put("nodes", "relais/A", -1),
        put("nodes", "relais/A", 99),
        put("nodes", "relais/A", "0"),
        put("levels", 0, [1, 0]),
        put("levels", 0, [1, -1]),
        put("levels", 0, [0.5, 1]),
        put("levels", 0, 3),
        put("shares", "A", ["3", 1]),
        put("shares", "A", [3]),
        put("shares", "ghost", [0, 1]),
        put("whole", "A", 3.0),
        put("whole", "A", None),
        put("whole", "ghost", 0),
        lambda proof: proof["common"]["flows"].append(list(proof["common"]["flows"][0])),
        lambda proof: proof["common"]["flows"].append(["class/laptop", "relais/A", 0, 1]),
        lambda proof: proof["common"]["flows"][0].__setitem__(3, 0),
        lambda proof: proof["common"]["flows"][0].__setitem__(2, "many"),
        lambda proof: proof["common"]["flows"][0].pop(),
        lambda proof: proof["common"]["flows"].clear(),
    ],
)
def test_a_certificate_that_is_none_is_refused_and_never_an_accident(spoil: Spoil) -> None:
    allocation, proof = proved(TWO)
    verify(TWO, POLICY, allocation, proof)
    spoil(proof)
    with pytest.raises(NotProved):
        verify(TWO, POLICY, allocation, proof)
