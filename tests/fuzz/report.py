"""What a fuzzer says in the end: how much it tried, what failed, and how to see it again."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

_SHOWN = 40


@dataclass(frozen=True)
class Failure:
    """One input that broke an invariant. `kind` groups the same fault of many inputs; `again` is a command."""

    part: str
    kind: str
    detail: str
    again: str


@dataclass
class Report:
    """`tried`: inputs by part. `notes`: measures worth a line."""

    seed: int
    tried: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Report") -> None:
        self.tried.update(other.tried)
        self.failures += other.failures
        self.notes += other.notes

    @property
    def kinds(self) -> dict[str, list[Failure]]:
        found: dict[str, list[Failure]] = {}
        for failure in self.failures:
            found.setdefault(f"{failure.part}: {failure.kind}", []).append(failure)
        return found

    def lines(self) -> Iterable[str]:
        """For people; the first example of each kind, then the figures as one JSON object."""
        for number, (kind, failures) in enumerate(self.kinds.items(), start=1):
            if number > _SHOWN:
                yield f"… and {len(self.kinds) - _SHOWN} more kinds"
                break
            yield f"\n{number}. {kind} ({len(failures)} times)"
            yield f"   {failures[0].detail}"
            yield f"   {failures[0].again}"
        yield from ("", *self.notes)
        yield json.dumps(
            {
                "seed": self.seed,
                "tried": dict(self.tried),
                "failures": len(self.failures),
                "kinds": {kind: len(failures) for kind, failures in self.kinds.items()},
            },
            ensure_ascii=False,
        )

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "tried": dict(self.tried)}
