"""What was asked of the system and what it answered, operation by operation, as in a Jepsen test."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

Outcome = Literal["ok", "fail", "unknown"]


class Mark(NamedTuple):
    """An effect that can be counted in the databases: `what` kind of thing, and `which` one."""

    what: str
    which: str


@dataclass(slots=True)
class Operation:
    """One request of a person, however many times it had to be sent; always with the same idempotency key.

    ok: acknowledged. fail: refused, and no attempt was left without an answer. unknown: anything may have happened.
    """

    id: str
    hand: str  # who did it: a sequential process
    name: str
    service: str
    path: str
    began: float  # seconds from the beginning of the run
    marks: list[Mark] = field(default_factory=list)
    attempts: int = 0
    ended: float | None = None
    outcome: Outcome | None = None
    answer: str = ""


class History:
    """Appends one JSON line per invocation and per completion; the file is whole even if the run is killed."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lines = file.open("w", buffering=1, encoding="utf-8")
        self._began = time.monotonic()
        self.operations: list[Operation] = []
        self.acknowledged: Counter[str] = Counter()
        """How many operations of a name."""

    @property
    def now(self) -> float:
        return round(time.monotonic() - self._began, 3)

    def invoke(self, id_: str, hand: str, name: str, service: str, path: str, marks: Sequence[Mark]) -> Operation:
        operation = Operation(id_, hand, name, service, path, self.now, list(marks))
        self.operations.append(operation)
        self._write("invoke", id=id_, hand=hand, name=name, service=service, path=path, marks=marks)
        return operation

    def complete(self, operation: Operation, outcome: Outcome, answer: str = "", seen: Iterable[Mark] = ()) -> None:
        """`seen`: effects that only the answer tells of."""
        operation.outcome, operation.ended, operation.answer = outcome, self.now, answer
        self.acknowledged[operation.name] += outcome == "ok"
        more = list(seen)
        operation.marks += more
        self._write(outcome, id=operation.id, attempts=operation.attempts, answer=answer, marks=more)

    def note(self, kind: str, **facts: Any) -> None:
        """Anything else worth a line, such as a fault."""
        self._write(kind, **facts)

    def close(self) -> None:
        """What never ended is of unknown outcome."""
        for operation in self.operations:
            if operation.outcome is None:
                self.complete(operation, "unknown", "the run ended first")
        self._lines.close()

    def _write(self, kind: str, **facts: Any) -> None:
        self._lines.write(json.dumps({"at": self.now, "kind": kind, **facts}, ensure_ascii=False, default=str) + "\n")


def read(file: Path) -> Iterator[Operation]:
    """The operations of a kept history."""
    found: dict[str, Operation] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        marks = [Mark(*mark) for mark in said.get("marks", ())]
        if said["kind"] == "invoke":
            names = ("id", "hand", "name", "service", "path")
            found[said["id"]] = Operation(**{name: said[name] for name in names}, began=said["at"], marks=marks)
        elif said["kind"] in ("ok", "fail", "unknown"):
            operation = found[said["id"]]
            operation.outcome, operation.ended, operation.attempts = said["kind"], said["at"], said["attempts"]
            operation.answer = said["answer"]
            operation.marks += marks
    for operation in found.values():
        operation.outcome = operation.outcome or "unknown"
    yield from found.values()
