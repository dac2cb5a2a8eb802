"""SQL of retention. It touches what handovers say about a person, nothing else: the journal of the till holds none."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import day_sql, now
from filiere.database import Repository, Scope
from filiere.identifiers import uuid7
from filiere.identifiers.digits import digits_sql

from distribute.retention.schemas import ErasureOut, KeptOut
from distribute.retention.status import Cause

REPORTED = 24
"""Lines of the report that are shown."""
# The last contact is the last handover under a repère that stands, of a device or of a top-up.
_OVER = """
SELECT relais_id, alias FROM (
    SELECT relais_id, lower(person_alias) AS alias, handed_over_at AS at FROM handover WHERE person_alias IS NOT NULL
    UNION ALL
    SELECT relais_id, lower(person_alias), sold_at FROM topup_sale
    WHERE person_alias IS NOT NULL AND undone_at IS NULL
) s GROUP BY 1, 2 HAVING max(at) < $1
"""
_OLD = f"""
SELECT id FROM handover WHERE person_alias IS NULL AND person_public IS NOT NULL AND handed_over_at < $1
UNION ALL
SELECT h.id FROM handover h JOIN ({_OVER}) o ON o.relais_id = h.relais_id AND lower(h.person_alias) = o.alias
"""
_OLD_TOPUPS = f"""
SELECT id FROM topup_sale WHERE (person_alias IS NULL AND sold_at < $1 OR undone_at IS NOT NULL)
    AND coalesce(person_alias, person_public, criterion, bracket, seen_by) IS NOT NULL
UNION ALL
SELECT t.id FROM topup_sale t JOIN ({_OVER}) o ON o.relais_id = t.relais_id AND lower(t.person_alias) = o.alias
"""
_NOBODY = "person_alias = NULL, person_public = NULL, criterion = NULL, bracket = NULL, seen_by = NULL"
_FORGET_OLD_TOPUPS = f"""
WITH old AS (
    SELECT id FROM topup_sale WHERE id IN (SELECT id FROM ({_OLD_TOPUPS}) o ORDER BY id LIMIT $2)
    ORDER BY id FOR UPDATE SKIP LOCKED
), gone AS (
    UPDATE topup_sale t SET {_NOBODY} FROM old WHERE t.id = old.id RETURNING t.relais_id
)
SELECT relais_id, count(*)::int FROM gone GROUP BY 1 ORDER BY 1
"""
_KEPT = f"""
SELECT h.id AS handover_id, h.receipt_year || '-' || {digits_sql("h.receipt_number", 4)} AS receipt,
    h.handed_over_at, i.label, i.category, concat_ws(' ', i.manufacturer, i.model) AS name, h.kind, h.tier,
    h.amount_cents, h.person_public AS public, c.criterion, c.bracket, c.seen_by, c.seen_on, false AS is_topup
FROM handover h JOIN stock_item i USING (device_id) LEFT JOIN till_checkout c ON c.id = h.checkout_id
WHERE h.relais_id = ANY($1::uuid[]) AND lower(h.person_alias) = lower($2)
UNION ALL
SELECT t.id, t.receipt, t.sold_at, 'R-' || {digits_sql("c.number", 6)}, NULL, o.operator || ' · ' || o.name, t.kind,
    CASE t.kind WHEN 'sold' THEN 'solidary' ELSE 'gift' END, t.amount_cents, t.person_public, t.criterion, t.bracket,
    t.seen_by, CASE WHEN t.seen_by IS NOT NULL THEN {day_sql("t.sold_at")} END, true
FROM topup_sale t JOIN topup_offer o ON o.id = t.offer_id JOIN topup_code c ON c.id = t.code_id
WHERE t.relais_id = ANY($1::uuid[]) AND lower(t.person_alias) = lower($2)
ORDER BY handed_over_at, handover_id
"""
# Locked in the order of their ids; one that somebody erases meanwhile is theirs.
_FORGET_OLD = f"""
WITH old AS (
    SELECT id FROM handover WHERE id IN (SELECT id FROM ({_OLD}) o ORDER BY id LIMIT $2)
    ORDER BY id FOR UPDATE SKIP LOCKED
), gone AS (
    UPDATE handover h SET person_alias = NULL, person_public = NULL FROM old WHERE h.id = old.id RETURNING h.relais_id
)
SELECT relais_id, count(*)::int AS handovers FROM gone GROUP BY 1 ORDER BY 1
"""

# What opened a tier, once nothing that was handed over with it says whom it was for. Undone sales too.
_FORGET_PAPERS = """
WITH old AS (
    SELECT c.id FROM till_checkout c
    WHERE c.made_at < $1 AND (c.criterion IS NOT NULL OR c.bracket IS NOT NULL OR c.seen_by IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.checkout_id = c.id AND h.person_alias IS NOT NULL)
    ORDER BY c.id LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (
    UPDATE till_checkout c SET criterion = NULL, bracket = NULL, seen_by = NULL, seen_on = NULL
    FROM old WHERE c.id = old.id RETURNING 1
)
SELECT count(*) FROM gone
"""


class Gone(NamedTuple):
    """So many handovers of a Relais say nothing about anybody any more."""

    relais_id: UUID
    handovers: int


class RetentionRepository(Repository):
    async def kept(self, scope: Scope, alias: str) -> list[KeptOut]:
        """All that the caller's Relais keeps under a repère, the oldest first."""
        rows = await (await self.driver()).fetch(
            _KEPT,
            scope.ids,
            alias,
        )
        return [KeptOut.model_validate(dict(row)) for row in rows]

    async def forget(self, scope: Scope, alias: str) -> list[Gone]:
        """Take a repère, the public beside it, and what opened the tier off all handovers of the caller's Relais.

        What was answered to an Idempotency-Key about them is forgotten too: it repeats the repère for a week.
        """
        driver = await self.driver()
        rows = await driver.fetch(
            "UPDATE handover SET person_alias = NULL, person_public = NULL"
            " WHERE relais_id = ANY($1::uuid[]) AND lower(person_alias) = lower($2) RETURNING relais_id, id::text,"
            " checkout_id",
            scope.ids,
            alias,
        )
        await driver.execute(
            "UPDATE till_checkout SET criterion = NULL, bracket = NULL, seen_by = NULL, seen_on = NULL"
            " WHERE relais_id = ANY($1::uuid[]) AND id = ANY($2::uuid[])",
            scope.ids,
            [row["checkout_id"] for row in rows if row["checkout_id"] is not None],
        )
        topups = await driver.fetch(
            f"UPDATE topup_sale SET {_NOBODY}"
            " WHERE relais_id = ANY($1::uuid[]) AND lower(person_alias) = lower($2) RETURNING relais_id, id::text",
            scope.ids,
            alias,
        )
        rows = [*rows, *topups]
        # The slips that these were handed over for: used, by nobody that is known.
        await driver.execute(
            "UPDATE referral_slip SET public = NULL, seen_by = NULL, used_for = NULL WHERE used_for = ANY($1::uuid[])",
            [one for row in rows for one in (UUID(row["id"]), row.get("checkout_id")) if one is not None],
        )
        await driver.execute(
            "DELETE FROM idempotency_key k USING unnest($1::text[]) AS u(id)"
            " WHERE position(convert_to(u.id, 'UTF8') IN k.body) > 0",
            [row["id"] for row in rows],
        )
        return [Gone(*one) for one in sorted(Counter(row["relais_id"] for row in rows).items())]

    # every tenant: the time is over for all alike
    async def forget_old(self, before: datetime, most: int) -> list[Gone]:
        """The same for repères whose last contact was before this moment, and for publics told without one."""
        driver = await self.driver()
        gone: Counter[UUID] = Counter()
        for statement in (_FORGET_OLD, _FORGET_OLD_TOPUPS):
            gone.update({row[0]: row[1] for row in await driver.fetch(statement, before, most)})
        return [Gone(*one) for one in sorted(gone.items())]

    # every tenant: the time is over for all alike
    async def forget_old_papers(self, before: datetime, most: int) -> int:
        """Brackets, and who saw them, of checkouts before this moment; how many."""
        return int(await (await self.driver()).fetchval(_FORGET_PAPERS, before, most))

    # every tenant: of handovers that the caller has changed
    async def report(self, gone: Sequence[Gone], cause: Cause, by: str | None) -> None:
        """Note how many, and why."""
        await (await self.driver()).execute(
            "INSERT INTO alias_erasure (relais_id, id, at, cause, handovers, by)"
            " SELECT u.relais_id, u.id, $3, $4, u.handovers, $5 FROM unnest($1::uuid[], $2::uuid[], $6::int[])"
            " AS u(relais_id, id, handovers)",
            [one.relais_id for one in gone],
            [uuid7() for _ in gone],
            now(),
            cause.value,
            by,
            [one.handovers for one in gone],
        )

    async def reports(self, scope: Scope) -> list[ErasureOut]:
        """The latest lines of the report of the caller's Relais."""
        rows = await (await self.driver()).fetch(
            "SELECT at, cause, handovers FROM alias_erasure WHERE relais_id = ANY($1::uuid[])"
            " ORDER BY at DESC, id DESC LIMIT $2",
            scope.ids,
            REPORTED,
        )
        return [ErasureOut.model_validate(dict(row)) for row in rows]
