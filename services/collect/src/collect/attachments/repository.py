"""Queries of attachments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filiere.database import Repository, Scope

from collect.donations.donation import Donation

_COLUMNS = "a.id, a.name, a.file_hash, f.size, f.media_type, a.added_by_name, a.created_at"
_FROM = "donation_attachment a JOIN file f ON f.hash = a.file_hash"


@dataclass(frozen=True, slots=True)
class Attachment:
    id: UUID
    name: str
    file_hash: str
    size: int
    media_type: str
    added_by_name: str
    created_at: datetime


class AttachmentRepository(Repository):
    async def of_donation(self, scope: Scope, donation_id: UUID, limit: int) -> list[Attachment]:
        """In the order in which they were added."""
        rows = await (await self.driver()).fetch(
            f"""SELECT {_COLUMNS} FROM {_FROM}
            WHERE ($1::uuid[] IS NULL OR a.donor_id = ANY($1)) AND a.donation_id = $2 ORDER BY a.id LIMIT $3""",
            *(scope.ids, donation_id, limit),
        )
        return [Attachment(**dict(row)) for row in rows]

    async def get(self, scope: Scope, donation_id: UUID, attachment_id: UUID) -> Attachment | None:
        row = await (await self.driver()).fetchrow(
            f"""SELECT {_COLUMNS} FROM {_FROM}
            WHERE ($1::uuid[] IS NULL OR a.donor_id = ANY($1)) AND a.donation_id = $2 AND a.id = $3""",
            *(scope.ids, donation_id, attachment_id),
        )
        return Attachment(**dict(row)) if row is not None else None

    # every tenant: of a donation that the caller has found
    async def add(
        self, donation: Donation, attachment_id: UUID, file_hash: str, name: str, by: tuple[str, str], most: int
    ) -> UUID | None:
        """Name a kept file, unless it is there under that name; `by` is (subject, name). None: as many as may be.

        The donation is held meanwhile: the same file sent by two presses of a button is one.
        """
        driver = await self.driver()
        await driver.execute("SELECT id FROM donation WHERE id = $1 FOR NO KEY UPDATE", donation.id)
        there = await driver.fetchval(
            "SELECT id FROM donation_attachment WHERE donation_id = $1 AND file_hash = $2 AND name = $3 LIMIT 1",
            *(donation.id, file_hash, name),
        )
        if there is not None:
            return UUID(str(there))
        row = await driver.fetchrow(
            """INSERT INTO donation_attachment (donor_id, donation_id, id, file_hash, name, added_by, added_by_name)
            SELECT $1, $2, $3, $4, $5, $6, $7
            WHERE (SELECT count(*) FROM donation_attachment WHERE donation_id = $2) < $8 RETURNING id""",
            *(donation.donor_id, donation.id, attachment_id, file_hash, name, *by, most),
        )
        return attachment_id if row is not None else None

    async def remove(self, scope: Scope, donation_id: UUID, attachment_id: UUID) -> bool:
        row = await (await self.driver()).fetchrow(
            """DELETE FROM donation_attachment
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 AND id = $3 RETURNING id""",
            *(scope.ids, donation_id, attachment_id),
        )
        return row is not None
