"""Queries of pickups."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from filiere.database import Repository, Scope

from collect.pickups.schemas import Pickup, Slot


class PickupRepository(Repository):
    # every tenant: of a donation that the caller has locked
    async def propose(self, donation_id: UUID, slots: Sequence[Slot], access: str | None, floor: str | None) -> None:
        """What suits the donor, in place of what it said before."""
        driver = await self.driver()
        await driver.execute("DELETE FROM pickup_slot WHERE donation_id = $1", donation_id)
        await driver.execute(
            """INSERT INTO pickup_slot (donor_id, donation_id, day, part, word)
            SELECT d.donor_id, d.id, u.day, u.part, u.word
            FROM donation d, unnest($2::date[], $3::text[], $4::text[]) AS u(day, part, word) WHERE d.id = $1
            ON CONFLICT DO NOTHING""",
            donation_id,
            [slot.on for slot in slots],
            [slot.part for slot in slots],
            [slot.word for slot in slots],
        )
        # How one gets there is said in one place, the donation's; the release before reads it here.
        await driver.execute(
            """UPDATE donation SET place = coalesce(place, '{}') || jsonb_build_object('access', coalesce($2::text, ''),
                'floor', coalesce($3::text, '')) WHERE id = $1""",
            *(donation_id, access, floor),
        )
        await driver.execute(
            """INSERT INTO pickup (donor_id, donation_id, access, floor) SELECT donor_id, id, $2, $3 FROM donation
            WHERE id = $1 ON CONFLICT (donation_id) DO UPDATE SET access = $2, floor = $3, changed_at = now()""",
            *(donation_id, access, floor),
        )

    # every tenant: of a donation that the caller has locked, to a draft of the same donor
    async def carry(self, donation_id: UUID, draft_id: UUID, since: date) -> None:
        """What was proposed of one, from this day on, is proposed of the other; what it has already stays."""
        await (await self.driver()).execute(
            """INSERT INTO pickup_slot (donor_id, donation_id, day, part, word)
            SELECT donor_id, $2, day, part, word FROM pickup_slot WHERE donation_id = $1 AND day >= $3
            ON CONFLICT DO NOTHING""",
            *(donation_id, draft_id, since),
        )

    # every tenant: of a donation that the caller has locked
    async def agree(self, donation_id: UUID, part: str, carrier: str | None, word: str | None) -> None:
        """The appointment beside its day; each is newer than the one before. No carrier named: it stays who it was."""
        await (await self.driver()).execute(
            """INSERT INTO pickup (donor_id, donation_id, part, carrier, word) SELECT donor_id, id, $2, $3, $4
            FROM donation WHERE id = $1
            ON CONFLICT (donation_id) DO UPDATE SET part = $2, carrier = coalesce($3, pickup.carrier), word = $4,
                sequence = pickup.sequence + 1, changed_at = now()""",
            *(donation_id, part, carrier, word),
        )

    async def get(self, scope: Scope, donation_id: UUID) -> Pickup | None:
        """How a donation is fetched, if the caller may see it."""
        row = await (await self.driver()).fetchrow(
            """SELECT d.pickup_on AS on, coalesce(p.part, 'day') AS part, p.carrier, p.word,
                nullif(coalesce(d.place ->> 'access', p.access), '') AS access,
                nullif(coalesce(d.place ->> 'floor', p.floor), '') AS floor,
                coalesce(p.sequence, 0) AS sequence, p.changed_at,
                s.label AS site, s.address, s.postcode, s.city
            FROM donation d LEFT JOIN pickup p ON p.donation_id = d.id
            LEFT JOIN site s ON s.id = d.pickup_site_id
            WHERE ($1::uuid[] IS NULL OR d.donor_id = ANY($1)) AND d.id = $2""",
            *(scope.ids, donation_id),
        )
        if row is None:
            return None
        slots = await (await self.driver()).fetch(
            """SELECT day AS on, part, word FROM pickup_slot
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 ORDER BY day, part""",
            *(scope.ids, donation_id),
        )
        found: dict[str, Any] = dict(row)
        return Pickup(**found, slots=[Slot(**dict(one)) for one in slots])
