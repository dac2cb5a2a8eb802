"""SQL of re-grading: devices by the page, each page in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.database import Repository
from filiere.loop_turns import in_turns

from refurbish.devices.device import Device
from refurbish.devices.repository import COLUMNS, device_of
from refurbish.regrading.computing import SEPARATOR, Said

_GRADED = "stage IN ('graded', 'ready')"
# Promised devices keep their grade, and those that the rule set has graded already are done.
_FOLLOWS = f"{_GRADED} AND order_id IS NULL AND recall_asked_at IS NULL"
# `category` and `ruleset` side by side: what each category is graded by from now on.
_RULES = "unnest($1::text[], $2::text[]) AS r(category, ruleset)"

# As a filter of the device and no join: the planner then walks the devices in the order of their ids, and stops.
_OTHERWISE_GRADED = "d.ruleset <> ($2::text[])[array_position($1::text[], d.category)]"

_PAGE = f"""
SELECT d.id::text, g.facts_key::text, d.category, g.facts::text
FROM device d JOIN device_grading g ON g.device_id = d.id
WHERE d.id > $3 AND {_OTHERWISE_GRADED} AND {_FOLLOWS} ORDER BY d.id LIMIT $4
"""
_COUNT = f"""
SELECT count(*) FROM {_RULES} JOIN device d ON d.category = r.category AND d.ruleset <> r.ruleset
JOIN device_grading g ON g.device_id = d.id WHERE {_FOLLOWS}
"""
# The locks first and in the order of ids; what was promised or graded anew since the page was read is left alone. The
# key by a query of its own for each device: joined, all facts there are would be read for each thousand devices.
_APPLY = f"""
WITH held AS MATERIALIZED (
    SELECT d.id, d.grade AS before, (SELECT g.facts_key FROM device_grading g WHERE g.device_id = d.id) AS facts_key
    FROM device d WHERE d.id = ANY($1::uuid[]) AND {_FOLLOWS} ORDER BY d.id FOR NO KEY UPDATE OF d
), changed AS (
    UPDATE device d
    SET ruleset = s.ruleset, grade = s.grade, reasons = string_to_array(s.sentences, '{SEPARATOR}'),
        graded_at = CASE WHEN h.before = s.grade THEN d.graded_at ELSE $6 END
    FROM held h
    JOIN unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS s(key, ruleset, grade, sentences)
        ON s.key = h.facts_key
    WHERE d.id = h.id AND s.grade IS NOT NULL AND d.ruleset <> s.ruleset
    RETURNING d.*, h.before
)
SELECT before, {COLUMNS} FROM changed WHERE before <> grade ORDER BY id
"""
_COMPARED = f"""
SELECT d.id, d.label, d.workshop_id, d.category, d.stage = 'ready' AS is_ready, d.order_id IS NOT NULL AS is_promised,
       d.public_body, d.grade, g.facts_key::text, g.facts::text
FROM device d LEFT JOIN device_grading g ON g.device_id = d.id
WHERE d.category = ANY($1::text[]) AND {_GRADED} AND d.id > $2 ORDER BY d.id LIMIT $3
"""


Page = tuple[str, str, str, str]
"""A device that is to follow, and what it was graded from: its id, the key of its facts, its category, the facts.

Texts in a plain tuple, as `Said` is, and for the same reason.
"""


@dataclass(frozen=True, slots=True)
class Compared:
    """A graded device beside a rule set. `facts_key` None: nobody kept what it was graded from."""

    device_id: UUID
    label: str
    workshop_id: UUID
    category: Category
    is_ready: bool
    is_promised: bool
    public_body: bool
    grade: Grade
    facts_key: str | None
    facts: str | None


# every tenant: rule sets are the network's, and so is the stock that follows them
class RegradingRepository(Repository):
    async def page(self, rules: Mapping[Category, str], after: str, limit: int) -> list[Page]:
        """Free graded devices that another rule set has graded, in id order."""
        rows = await (await self.driver()).fetch(_PAGE, *_columns(rules), after, limit)
        return [tuple(row) for row in rows]

    async def count(self, rules: Mapping[Category, str]) -> int:
        found: int = await (await self.driver()).fetchval(_COUNT, *_columns(rules))
        return found

    async def apply(self, device_ids: Sequence[str], said: Sequence[Said], at: datetime) -> list[tuple[Grade, Device]]:
        """Give those that are still free the grade of their facts; (grade before, device) where it is another one."""
        rows = await (await self.driver()).fetch(
            _APPLY,
            device_ids,
            *([one[place] for one in said] for place in range(4)),
            at,
        )
        return [(Grade(row["before"]), device_of(row)) async for row in in_turns(rows)]

    async def graded(self, categories: Sequence[Category]) -> int:
        """How many devices of these categories have a grade here."""
        found: int = await (await self.driver()).fetchval(
            f"SELECT count(*) FROM device WHERE category = ANY($1::text[]) AND {_GRADED}",
            [one.value for one in categories],
        )
        return found

    async def compared(self, categories: Sequence[Category], after: UUID, limit: int) -> list[Compared]:
        """Graded and ready devices of these categories, in id order."""
        rows = await (await self.driver()).fetch(_COMPARED, [one.value for one in categories], after, limit)
        return [
            Compared(row[0], row[1], row[2], Category(row[3]), row[4], row[5], row[6], Grade(row[7]), row[8], row[9])
            for row in rows
        ]


def _columns(rules: Mapping[Category, str]) -> tuple[list[str], list[str]]:
    return [category.value for category in rules], list(rules.values())
