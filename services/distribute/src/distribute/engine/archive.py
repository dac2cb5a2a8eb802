"""A run as it is kept: snapshot, policy, answer and certificate, compressed; and the replay that proves it again."""

import json
import zlib
from dataclasses import dataclass, replace
from typing import Any

from distribute.engine.allocate import ENGINE, Proof, allocate
from distribute.engine.canonical import canonical, fingerprint_of_input
from distribute.engine.certificate import certificate
from distribute.engine.flow import solver_version
from distribute.engine.json_values import (
    allocation_from_plain,
    allocation_to_plain,
    fingerprint_of_output,
    problem_from_plain,
    problem_to_plain,
)
from distribute.engine.policy import Policy
from distribute.engine.problem import Problem, check
from distribute.engine.result import Allocation
from distribute.engine.verify import NotProved, verify

# Of the row that a run is kept as, and inside its answer.
TOLD_TWICE = ("engine", "solver", "policy", "input_sha256", "output_sha256")


@dataclass(frozen=True, slots=True)
class Archive:
    """What a run is stored as. The three contents are JSON, compressed; the policy is stored whole, not by name."""

    engine: str
    solver: str
    policy: str
    input_sha256: str
    output_sha256: str
    snapshot: bytes
    answer: bytes
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of computing a run again. The certificate was checked: that needs no solver at all."""

    same_answer: bool
    same_engine: bool
    same_solver: bool


def archive(problem: Problem, policy: Policy, allocation: Allocation, proof: Proof) -> Archive:
    """Pack a run that the verifier accepts. Raises NotProved: what is not proved is not kept."""
    proved = certificate(proof)
    if allocation.engine != ENGINE:
        raise NotProved("the answer is another engine's")
    verify(problem, policy, allocation, proved)
    return Archive(
        allocation.engine,
        allocation.solver,
        allocation.policy,
        allocation.input_sha256,
        allocation.output_sha256,
        pack_snapshot(canonical(problem), policy),
        _pack(allocation_to_plain(allocation)),
        _pack(proved),
    )


def pack_snapshot(problem: Problem, policy: Policy) -> bytes:
    """A snapshot with its policy, compressed."""
    return _pack({"policy": policy.model_dump(mode="json"), "problem": problem_to_plain(problem)})


def unpack_snapshot(packed: bytes) -> tuple[Problem, Policy]:
    content = _unpack(packed)
    return problem_from_plain(content["problem"]), Policy.model_validate(content["policy"])


def snapshot_of(kept: Archive) -> tuple[Problem, Policy]:
    """What the run was asked."""
    return unpack_snapshot(kept.snapshot)


def answer_of(kept: Archive) -> Allocation:
    """What the run answered."""
    return allocation_from_plain(_unpack(kept.answer))


def replay(kept: Archive) -> Replay:
    """Check the certificate of a stored run, then compute the run again from its snapshot.

    Raises NotProved when what is stored is not what was computed: a fingerprint differs, the certificate fails, or
    nothing can be read of it.
    Another engine or solver may choose another of several equally good assignments; with the same ones the answer is
    the same, bit for bit.
    """
    problem, policy, allocation, proof = _read(kept)
    if any(getattr(kept, name) != getattr(allocation, name) for name in TOLD_TWICE):
        raise NotProved("the run is kept under another engine, solver, policy or fingerprint than its answer's")
    if fingerprint_of_input(problem, policy) != kept.input_sha256:
        raise NotProved("the snapshot is not the one that was computed")
    if fingerprint_of_output(allocation) != kept.output_sha256:
        raise NotProved("the answer is not the one that was computed")
    verify(problem, policy, allocation, proof)
    again, _ = allocate(problem, policy)
    # An older engine's answer is compared in the words of its time.
    same = fingerprint_of_output(replace(again, engine=kept.engine)) == kept.output_sha256
    return Replay(same, kept.engine == ENGINE, kept.solver == solver_version())


def _read(kept: Archive) -> tuple[Problem, Policy, Allocation, dict[str, Any]]:
    try:
        problem, policy = snapshot_of(kept)
        check(problem)
        return problem, policy, answer_of(kept), _unpack(kept.certificate)
    except (AttributeError, LookupError, TypeError, ValueError, zlib.error) as error:
        raise NotProved(f"what is kept cannot be read: {error!r}") from error


def _pack(content: dict[str, Any]) -> bytes:
    return zlib.compress(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode())


def _unpack(packed: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(zlib.decompress(packed))
    return content
