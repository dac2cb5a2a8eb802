"""Many grades in a process of its own: facts in, grades out. It loads the catalogue, and nothing of a database.

python -m refurbish.regrading.computing < {"rules": {"laptop": "pc_2026"}, "facts": [[key, "laptop", {…}], …]}
"""

import json
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from filiere.catalogue.categories import Category
from filiere.catalogue.errors import CatalogueError
from filiere.catalogue.grading import DeviceFacts, grade_by
from filiere.jobs.process import Process, bound, say

_AT_ONCE = 200
_CPU_S = 120
_MEMORY_BYTES = 2**29


# Plain tuples of texts, which the garbage collector forgets: of a hundred thousand objects that stay it makes a turn of
# the loop of sixty milliseconds.
Said = tuple[str, str, str | None, str]
"""What the rules say of some facts: their key, the rule set, a grade or none, and why, as sentences one after the other
with SEPARATOR between them.
"""
SEPARATOR = "\x1f"  # no sentence holds it


def written(facts: Iterable[tuple[str, str, str]]) -> bytes:
    """Facts, given as (key, category, JSON as kept), on their way to the process. Some thousands at a time: a turn of
    the loop writes no more.
    """
    return ",".join(f'["{key}","{category}",{text}]' for key, category, text in facts).encode()


async def grades_of(rules: Mapping[Category, str], facts: Sequence[bytes]) -> AsyncIterator[list[Said]]:
    """Grade facts, as `written`, by the rule set of their category."""
    named = json.dumps({category.value: name for category, name in rules.items()}).encode()
    content = b'{"rules":%b,"facts":[%b]}' % (named, b",".join(one for one in facts if one))
    process = await Process.start("refurbish.regrading.computing", content)
    async for message in process.messages():
        yield [(key, ruleset, grade, sentences) for key, ruleset, grade, sentences in message["said"]]


def _said(rules: Mapping[str, str], key: str, category: str, facts: Mapping[str, Any]) -> list[Any]:
    ruleset = rules[category]
    try:
        grading = grade_by(ruleset, Category(category), DeviceFacts.model_validate(facts))
    except (CatalogueError, ValueError) as error:
        return [key, ruleset, None, str(error)[:200]]
    return [key, ruleset, grading.grade, SEPARATOR.join(grading.sentences)]


def main() -> None:
    bound(cpu_s=_CPU_S, memory_bytes=_MEMORY_BYTES)
    asked = json.loads(sys.stdin.buffer.read())
    facts = asked["facts"]
    for start in range(0, len(facts), _AT_ONCE):
        say(said=[_said(asked["rules"], *one) for one in facts[start : start + _AT_ONCE]])


if __name__ == "__main__":
    main()
