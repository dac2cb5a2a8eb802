"""SQL of how far a campaign is: from the till, its orders and its structures; nothing of persons but counts."""

from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

# A person is an alias of a Relais, in any case; without one, who was served together.
PERSON = "h.relais_id, coalesce(lower(h.person_alias), h.checkout_id::text, h.id::text)"
# By the line that the device left for: it may have come back since, and be promised to others. As in the till's own
# counts, what was undone is gone, a sale that stands is one, and what replaces a device under guarantee serves nobody.
STANDS = "NOT EXISTS (SELECT FROM after_sale_case c WHERE c.replacement_handover_id = h.id)"
HANDED = f"order_line l JOIN handover h ON h.line_id = l.id WHERE l.campaign = $1 AND {STANDS}"


class Counted(NamedTuple):
    """Of a campaign as a whole."""

    people: int
    devices: int
    ordered: int
    promised: int
    ordering: int


class ProgressRepository(Repository):
    # every tenant: people are told in tens alone
    async def counts(self, campaign: str) -> Counted:
        driver = await self.driver()
        # Hashed: a distinct count would sort them all.
        people = f"SELECT count(*) AS devices FROM {HANDED} GROUP BY {PERSON}"
        handed = await driver.fetchrow(f"SELECT count(*), coalesce(sum(devices), 0)::int FROM ({people}) p", campaign)
        asked = await driver.fetchrow(
            "SELECT coalesce(sum(l.quantity), 0), coalesce(sum(l.allocated), 0), count(DISTINCT l.relais_id)"
            " FROM order_line l JOIN relais_order o ON o.id = l.order_id"
            " WHERE l.campaign = $1 AND o.status <> 'cancelled'",
            campaign,
        )
        assert handed is not None  # counts
        assert asked is not None
        return Counted(handed[0], handed[1], int(asked[0]), int(asked[1]), asked[2])

    # every tenant: what was ordered is of structures, and nobody's
    async def promised_by(self, campaign: str) -> dict[str, dict[str, tuple[int, int]]]:
        """(devices ordered, promised of them) by département of who ordered, and by category."""
        rows = await (await self.driver()).fetch(
            "SELECT by.kind, by.cell, sum(l.quantity)::int, sum(l.allocated)::int FROM order_line l"
            " JOIN relais_order o ON o.id = l.order_id AND o.status <> 'cancelled' JOIN relais r ON r.id = l.relais_id"
            " CROSS JOIN LATERAL (VALUES ('territory', r.territory), ('category', l.category)) AS by(kind, cell)"
            " WHERE l.campaign = $1 GROUP BY 1, 2 ORDER BY 1, 2",
            campaign,
        )
        found: dict[str, dict[str, tuple[int, int]]] = {}
        for kind, cell, ordered, promised in rows:
            found.setdefault(kind, {})[cell] = (ordered, promised)
        return found

    async def own(self, scope: Scope, campaign: str) -> dict[UUID, tuple[int, int]]:
        """(devices ordered, handed over) of each of these Relais."""
        rows = await (await self.driver()).fetch(
            "SELECT l.relais_id, sum(l.quantity)::int, coalesce(sum(h.devices), 0)::int FROM order_line l"
            " JOIN relais_order o ON o.id = l.order_id AND o.status <> 'cancelled'"
            f" CROSS JOIN LATERAL (SELECT count(*) AS devices FROM handover h WHERE h.line_id = l.id AND {STANDS}) h"
            " WHERE l.campaign = $1 AND ($2::uuid[] IS NULL OR l.relais_id = ANY($2)) GROUP BY 1",
            campaign,
            scope.ids,
        )
        return {row[0]: (row[1], row[2]) for row in rows}
