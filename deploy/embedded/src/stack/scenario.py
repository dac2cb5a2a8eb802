"""What a demonstration scenario is given, and what it gives back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class ScenarioContext:
    """A running stack as a scenario may see it: public addresses and logins, nothing from behind the counter.

    URLs have no trailing slash. `token(subject)` gives an access token of a person of `stack.people`. `report(stage,
    done, total, text)` shows progress: `stage` is a short French name, `total` 0 when unknown.
    """

    home_url: str
    collect_url: str
    refurbish_url: str
    distribute_url: str
    data_dir: Path
    token: Callable[[str], Awaitable[str]]
    report: Callable[[str, int, int, str], None]


@dataclass(slots=True)
class ScenarioResult:
    """What a scenario did. `counts`: devices declared, accepted, ready, handed over …; `seconds`: time per stage."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> Mapping[str, Any]:
        return {**self.counts, "seconds": {stage: round(took, 2) for stage, took in self.seconds.items()}}
