"""Queries of invitations and of an organisation's people."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filiere.database import Repository


@dataclass(frozen=True, slots=True)
class Invitation:
    id: UUID
    address: str
    role: str
    organisation_id: UUID | None
    duty: str
    expires_at: datetime
    is_over: bool


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Who acts for an organisation; `name` is empty and `seen_at` None for who never logged in here."""

    subject: str
    duty: str
    name: str
    address: str | None
    since: datetime
    seen_at: datetime | None


_COLUMNS = "id, address, role, organisation_id, duty, expires_at, expires_at <= now() AS is_over"
_OPEN = "accepted_at IS NULL AND revoked_at IS NULL"


class InvitationRepository(Repository):
    async def invite(
        self,
        invitation_id: UUID,
        address: str,
        role: str,
        organisation_id: UUID | None,
        duty: str,
        token_hash: str,
        invited_by: str,
        valid_s: float,
    ) -> datetime:
        """Keep an invitation; the open one of the same person for the same is replaced. Until when it counts."""
        driver = await self.driver()
        await driver.execute(
            f"""UPDATE invitation SET revoked_at = now() WHERE address = $1 AND role = $2
            AND organisation_id IS NOT DISTINCT FROM $3 AND {_OPEN}""",
            *(address, role, organisation_id),
        )
        until: datetime = await driver.fetchval(
            """INSERT INTO invitation (id, address, role, organisation_id, token_hash, invited_by, expires_at, duty)
            VALUES ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7), $8) RETURNING expires_at""",
            *(invitation_id, address, role, organisation_id, token_hash, invited_by, valid_s, duty),
        )
        return until

    async def open_of(self, organisation_id: UUID | None) -> list[Invitation]:
        """Invitations that nobody has accepted or taken back, of an organisation or (None) of the network."""
        rows = await (await self.driver()).fetch(
            f"""SELECT {_COLUMNS} FROM invitation WHERE organisation_id IS NOT DISTINCT FROM $1 AND {_OPEN}
            ORDER BY created_at DESC LIMIT 200""",
            organisation_id,
        )
        return [Invitation(**dict(row)) for row in rows]

    async def by_token(self, token_hash: str) -> Invitation | None:
        """The invitation behind a link that can still be used."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM invitation WHERE token_hash = $1 AND {_OPEN} AND expires_at > now()", token_hash
        )
        return Invitation(**dict(row)) if row is not None else None

    async def accept(self, token_hash: str, subject: str) -> Invitation | None:
        """Use it up, for this person; None when it is used, taken back, over or none."""
        row = await (await self.driver()).fetchrow(
            f"""UPDATE invitation SET accepted_at = now(), accepted_by = $2
            WHERE token_hash = $1 AND {_OPEN} AND expires_at > now() RETURNING {_COLUMNS}""",
            *(token_hash, subject),
        )
        return Invitation(**dict(row)) if row is not None else None

    async def take_back(self, invitation_id: UUID, organisation_id: UUID | None) -> bool:
        """The link opens nothing any more; False when there is no such open one of this organisation."""
        row = await (await self.driver()).fetchrow(
            f"""UPDATE invitation SET revoked_at = now() WHERE id = $1 AND organisation_id IS NOT DISTINCT FROM $2
            AND {_OPEN} RETURNING id""",
            *(invitation_id, organisation_id),
        )
        return row is not None

    async def take_back_all_of(self, organisation_id: UUID) -> None:
        """No link that invites to an organisation opens anything any more."""
        await (await self.driver()).execute(
            f"UPDATE invitation SET revoked_at = now() WHERE organisation_id = $1 AND {_OPEN}", organisation_id
        )

    async def team(self, role: str, organisation_id: UUID) -> list[TeamMember]:
        """Who acts for an organisation, by name."""
        rows = await (await self.driver()).fetch(
            """SELECT m.subject, m.duty, coalesce(p.name, '') AS name, p.address, m.created_at AS since, p.seen_at
            FROM membership m LEFT JOIN person p ON p.subject = m.subject
            WHERE m.role = $1 AND m.organisation_id = $2 ORDER BY lower(coalesce(p.name, m.subject)), m.id LIMIT 500""",
            *(role, organisation_id),
        )
        return [TeamMember(**dict(row)) for row in rows]
