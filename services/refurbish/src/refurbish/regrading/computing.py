"""Many grades in a process of its own: facts in, grades out. It loads the catalogue, and nothing of a database.

python -m refurbish.regrading.computing < {"rules": {"laptop": "pc_2026"}, "facts": [[key, "laptop", {…}], …]}
"""

import json
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.errors import CatalogueError
from filiere.catalogue.grading import DeviceFacts, grade_by
from filiere.jobs.process import Process, bound, say

_AT_ONCE = 200
_CPU_S = 120
_MEMORY_BYTES = 2**29


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules say of some facts: a grade, or why there is none."""

    key: UUID
    ruleset: str
    grade: str | None
    sentences: Sequence[str]


async def grades_of(rules: Mapping[Category, str], facts: Iterable[tuple[UUID, str, str]]) -> AsyncIterator[list[Said]]:
    """Grade facts, given as (key, category, JSON as kept), by the rule set of their category."""
    kept = ",".join(f'["{key}","{category}",{text}]' for key, category, text in facts)
    named = json.dumps({category.value: name for category, name in rules.items()})
    process = await Process.start("refurbish.regrading.computing", f'{{"rules":{named},"facts":[{kept}]}}'.encode())
    async for message in process.messages():
        yield [Said(UUID(key), *rest) for key, *rest in message["said"]]


def _said(rules: Mapping[str, str], key: str, category: str, facts: Mapping[str, Any]) -> list[Any]:
    ruleset = rules[category]
    try:
        grading = grade_by(ruleset, Category(category), DeviceFacts.model_validate(facts))
    except (CatalogueError, ValueError) as error:
        return [key, ruleset, None, [str(error)[:200]]]
    return [key, ruleset, grading.grade, grading.sentences]


def main() -> None:
    bound(cpu_s=_CPU_S, memory_bytes=_MEMORY_BYTES)
    asked = json.loads(sys.stdin.buffer.read())
    facts = asked["facts"]
    for start in range(0, len(facts), _AT_ONCE):
        say(said=[_said(asked["rules"], *one) for one in facts[start : start + _AT_ONCE]])


if __name__ == "__main__":
    main()
