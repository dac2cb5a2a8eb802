"""SQL that holds the journal against what stands beside it."""

from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

_BESIDE = """
SELECT r.id, r.name,
    (SELECT count(*) FROM handover h WHERE h.relais_id = r.id AND h.sequence IS NULL
        AND h.carried_over IS NULL) AS waiting,
    (SELECT coalesce(sum(c.last), 0) FROM receipt_counter c WHERE c.relais_id = r.id) AS receipts,
    (SELECT count(*) FROM till_entry e WHERE e.relais_id = r.id AND e.kind IN ('sale', 'gift')) AS entered,
    ARRAY(
        SELECT i.label FROM handover h JOIN stock_item i USING (device_id)
        LEFT JOIN till_entry e ON e.relais_id = h.relais_id AND e.sequence = h.sequence
        WHERE h.relais_id = r.id AND h.sequence IS NOT NULL AND (e.handover_id IS DISTINCT FROM h.id
            OR e.person_cents + e.structure_cents + coalesce((
                SELECT u.person_cents + u.structure_cents FROM till_entry u
                WHERE u.relais_id = r.id AND u.undoes = e.sequence AND u.details ? 'part_of'), 0) <> h.amount_cents
            OR EXISTS (SELECT 1 FROM till_entry u WHERE u.relais_id = r.id AND u.undoes = e.sequence
                AND NOT u.details ? 'part_of'))
        ORDER BY i.label LIMIT 100
    ) AS strangers,
    ARRAY(
        SELECT e.sequence FROM till_entry e LEFT JOIN handover h ON h.id = e.handover_id
        LEFT JOIN topup_sale t ON t.relais_id = e.relais_id AND t.sequence = e.sequence
        WHERE e.relais_id = r.id AND e.kind IN ('sale', 'gift') AND h.id IS NULL AND t.id IS NULL
            AND NOT EXISTS (SELECT 1 FROM till_entry u WHERE u.relais_id = r.id AND u.undoes = e.sequence)
        ORDER BY e.sequence LIMIT 100
    ) AS lost
FROM relais r WHERE ($1::uuid[] IS NULL OR r.id = ANY($1))
    AND EXISTS (SELECT 1 FROM receipt_counter c WHERE c.relais_id = r.id)
ORDER BY r.id
"""


class Beside(NamedTuple):
    """What stands beside a journal: receipts given, handovers without an entry, entries without a handover."""

    relais_id: UUID
    name: str
    waiting: int
    receipts: int
    entered: int
    strangers: list[str]
    lost: list[int]

    @property
    def missing_at_the_end(self) -> int:
        """Receipts that were given and of which nothing tells."""
        return self.receipts - self.waiting - self.entered


class BooksRepository(Repository):
    async def beside(self, scope: Scope) -> list[Beside]:
        """By Relais that ever handed something over."""
        return [Beside(*row) for row in await (await self.driver()).fetch(_BESIDE, scope.ids)]
