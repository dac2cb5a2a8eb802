"""A run is kept whole: read back it is the same, replayed it gives the same, and nobody can alter it unseen."""

import base64
import copy
import json
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from distribute.engine import Problem, allocate, policies
from distribute.engine.archive import Archive, answer_of, archive, replay, snapshot_of
from distribute.engine.canonical import canonical
from distribute.engine.json_values import allocation_from_plain, fingerprint_of_output
from distribute.engine.verify import NotProved
from filiere.testing.properties import examples
from hypothesis import given, settings

from .small import POLICY, problems, small_problem

Content = dict[str, Any]  # of a kept file, as JSON


@given(problems())
@settings(max_examples=examples(80), deadline=None)
def test_what_is_kept_reads_back_the_same_and_replays_to_the_same_answer(problem: Problem) -> None:
    allocation, proof = allocate(problem, POLICY)
    kept = archive(problem, POLICY, allocation, proof)
    assert snapshot_of(kept) == (canonical(problem), POLICY)
    assert answer_of(kept) == allocation
    told = replay(kept)
    assert (told.same_answer, told.same_engine, told.same_solver) == (True, True, True)


@pytest.fixture(scope="module")
def kept() -> Archive:
    problem = small_problem(random.Random(26).randint, relais=12, classes=6)
    return archive(problem, POLICY, *allocate(problem, POLICY))


def altered(packed: bytes, change: Callable[[Content], object]) -> bytes:
    content = json.loads(zlib.decompress(packed))
    change(content)
    return zlib.compress(json.dumps(content).encode())


def test_an_altered_snapshot_is_seen(kept: Archive) -> None:
    def richer(content: Content) -> None:
        content["problem"]["relais"][0]["asked"] += 1

    with pytest.raises(NotProved, match="snapshot"):
        replay(replace(kept, snapshot=altered(kept.snapshot, richer)))


def test_a_snapshot_of_before_parts_were_counted_over_a_period_reads_and_proves_as_before() -> None:
    problem = replace(small_problem(random.Random(26).randint, relais=12, classes=6), lately=())
    kept = archive(problem, policies()["allocation_2026"], *allocate(problem, policies()["allocation_2026"]))
    # As it was computed then.
    assert kept.input_sha256 == "03cf63d37e442094ddec600c7afca15c3c255054a2d000478de830ce04ed27d1"
    older = replace(kept, snapshot=altered(kept.snapshot, lambda content: content["problem"].pop("lately")))
    assert snapshot_of(older) == snapshot_of(kept)
    assert replay(older).same_answer


def test_what_was_promised_lately_is_part_of_the_fingerprint(kept: Archive) -> None:
    def more(content: Content) -> None:
        content["problem"]["lately"].append(["printer", 1, 1, 0, []])

    with pytest.raises(NotProved, match="snapshot"):
        replay(replace(kept, snapshot=altered(kept.snapshot, more)))


def test_an_altered_policy_is_seen(kept: Archive) -> None:
    def kinder(content: Content) -> None:
        content["policy"]["urgent_percent"] = 90

    with pytest.raises(NotProved, match="snapshot"):
        replay(replace(kept, snapshot=altered(kept.snapshot, kinder)))


def test_an_altered_answer_is_seen(kept: Archive) -> None:
    def other(content: Content) -> None:
        line = next(one for one in content["lines"] if one[3])
        line[3][0][2].reverse()
        line[3][0][2].append("another")

    with pytest.raises(NotProved, match="answer"):
        replay(replace(kept, answer=altered(kept.answer, other)))


def with_part(kept: Archive, name: str, value: Any) -> Archive:
    return replace(kept, **{name: value})


def told_otherwise(content: Content) -> Iterator[Content]:
    """Every figure that is told, one altered in each copy."""
    yield content | {"shipments": content["shipments"] + 1}
    yield content | {"device_km": content["device_km"] + 1}
    for part, column in (("lines", 5), ("lines", 6), ("lines", 8), ("lines", 9)):
        rows = copy.deepcopy(content[part])
        rows[0][column] += 1
        yield content | {part: rows}
    for name, change in (("bottleneck", 7), ("weight", [1000, {}]), ("given", 99)):
        rows = copy.deepcopy(content["relais"])
        rows[0][name] = change
        yield content | {"relais": rows}


def test_every_figure_of_an_answer_is_in_its_fingerprint(kept: Archive) -> None:
    content = json.loads(zlib.decompress(kept.answer))
    assert fingerprint_of_output(allocation_from_plain(content)) == kept.output_sha256
    prints = {fingerprint_of_output(allocation_from_plain(other)) for other in told_otherwise(content)}
    assert len(prints) == 9
    assert kept.output_sha256 not in prints


def test_the_solver_and_its_effort_are_not_of_the_answer(kept: Archive) -> None:
    answer = answer_of(kept)
    other = replace(answer, solver="another", effort=replace(answer.effort, max_flows=0))
    assert fingerprint_of_output(other) == kept.output_sha256


@pytest.mark.parametrize("name", ["engine", "solver", "policy", "input_sha256", "output_sha256"])
def test_a_run_kept_under_another_name_than_its_answer_is_seen(kept: Archive, name: str) -> None:
    with pytest.raises(NotProved, match="another engine, solver, policy or fingerprint"):
        replay(with_part(kept, name, "fair_shares_v2"))


@pytest.mark.parametrize("name", ["snapshot", "answer", "certificate"])
@pytest.mark.parametrize("content", [b"", b"nothing", zlib.compress(b"{"), zlib.compress(b"{}"), zlib.compress(b"[]")])
def test_what_cannot_be_read_is_not_proved(kept: Archive, name: str, content: bytes) -> None:
    with pytest.raises(NotProved):
        replay(with_part(kept, name, content))


def test_an_altered_certificate_is_seen(kept: Archive) -> None:
    def other(content: Content) -> None:
        content["common"]["flows"].pop()

    with pytest.raises(NotProved):
        replay(replace(kept, certificate=altered(kept.certificate, other)))


@pytest.mark.parametrize("engine", ["fair_shares_v2", "fair_shares_v3"])
def test_a_run_of_an_older_engine_is_still_proved(engine: str) -> None:
    """Version 2 did not count the competition and knew fewer constraints; 3 asked another solver for cheapest flows."""
    rows = json.loads((Path(__file__).parent / "kept" / f"{engine}.json").read_text())
    packed = {name: base64.b64decode(rows[name]) for name in ("snapshot", "answer", "certificate")}
    older = Archive(**(rows | packed))
    assert answer_of(older).engine == older.engine == engine
    assert not replay(older).same_engine
