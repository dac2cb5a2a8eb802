"""SQL of how far a campaign is: from the till, its orders and its structures; nothing of persons but counts."""

from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

# A person is an alias of a Relais; without one, who was served together.
PERSON = "(h.relais_id, coalesce(h.person_alias, h.checkout_id::text, h.id::text))"
# By the line that the device left for: it may have come back since, and be promised to others. As in the till's own
# counts, what was undone is gone, a sale that stands is one, and what replaces a device under guarantee serves nobody.
STANDS = "NOT EXISTS (SELECT FROM after_sale_case c WHERE c.replacement_handover_id = h.id)"
HANDED = f"""order_line l JOIN handover h ON h.line_id = l.id JOIN stock_item i ON i.device_id = h.device_id
    JOIN relais r ON r.id = h.relais_id WHERE l.campaign = $1 AND {STANDS}"""


class Counted(NamedTuple):
    """Of a campaign as a whole."""

    people: int
    devices: int
    ordered: int
    promised: int
    ordering: int


class ProgressRepository(Repository):
    # every tenant: told of at least five people together
    async def counts(self, campaign: str) -> Counted:
        driver = await self.driver()
        handed = await driver.fetchrow(f"SELECT count(DISTINCT {PERSON}), count(*) FROM {HANDED}", campaign)
        asked = await driver.fetchrow(
            "SELECT coalesce(sum(l.quantity), 0), coalesce(sum(l.allocated), 0), count(DISTINCT l.relais_id)"
            " FROM order_line l JOIN relais_order o ON o.id = l.order_id"
            " WHERE l.campaign = $1 AND o.status <> 'cancelled'",
            campaign,
        )
        assert handed is not None  # counts
        assert asked is not None
        return Counted(handed[0], handed[1], int(asked[0]), int(asked[1]), asked[2])

    # every tenant: told of at least five people together
    async def people_by_territory(self, campaign: str) -> dict[str, int]:
        rows = await (await self.driver()).fetch(
            f"SELECT r.territory, count(DISTINCT {PERSON}) FROM {HANDED} GROUP BY 1 ORDER BY 1", campaign
        )
        return {row[0]: row[1] for row in rows}

    # every tenant: told of at least five people together
    async def people_by(self, campaign: str) -> dict[str, dict[str, int]]:
        """People by département, public, tier and category, as the till has them."""
        rows = await (await self.driver()).fetch(
            "SELECT by.kind, by.cell, count(DISTINCT (by.relais_id, by.person)) FROM ("
            " SELECT h.relais_id, coalesce(h.person_alias, h.checkout_id::text, h.id::text) AS person, r.territory,"
            f" coalesce(h.person_public, '') AS public, h.tier, i.category FROM {HANDED}) one CROSS JOIN LATERAL"
            " (VALUES ('territory', one.territory), ('public', one.public), ('tier', one.tier),"
            " ('category', one.category)) AS of_one(kind, cell) CROSS JOIN LATERAL"
            " (SELECT of_one.kind, of_one.cell, one.relais_id, one.person) AS by GROUP BY 1, 2 ORDER BY 1, 2",
            campaign,
        )
        found: dict[str, dict[str, int]] = {}
        for kind, cell, people in rows:
            found.setdefault(kind, {})[cell] = people
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
