"""SQL of invitations to campaigns. They are the coordination's alone."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from uuid import UUID

from filiere.calendar import now
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Where
from filiere.identifiers import uuid7

from distribute.campaign_invitations.reading import Asked
from distribute.campaign_invitations.schemas import InvitationOut
from distribute.campaign_invitations.status import Answer

# Who answered: somebody of that address acts for a structure that takes part, or has applied by the campaign's link.
_FROM = """campaign_invitation i
LEFT JOIN (
    SELECT DISTINCT m.campaign_id, lower(p.address) AS address FROM campaign_member m
    JOIN membership s ON s.organisation_id = m.relais_id AND s.role = 'relais' JOIN person p ON p.subject = s.subject
    WHERE m.left_at IS NULL AND p.address IS NOT NULL
) j ON j.campaign_id = i.campaign_id AND j.address = i.address
LEFT JOIN (
    SELECT DISTINCT campaign_id, lower(contact_email) AS address FROM application WHERE campaign_id IS NOT NULL
) a ON a.campaign_id = i.campaign_id AND a.address = i.address"""
_ANSWER = (
    "CASE WHEN j.address IS NOT NULL THEN 'joined' WHEN i.withdrawn_at IS NOT NULL THEN 'withdrawn'"
    " WHEN a.address IS NOT NULL THEN 'applied' ELSE 'waiting' END"
)
_LISTED = Listing(
    f"i.id, i.address, i.name, i.invited_at, i.reminded_at, {_ANSWER} AS answer",
    _FROM,
    {"address": Order(Key("i.address"), Key("i.id", Kind.ID))},
)
_INVITE = """
INSERT INTO campaign_invitation (id, campaign_id, address, name)
SELECT u.id, $1, u.address, u.name FROM unnest($2::uuid[], $3::text[], $4::text[]) AS u(id, address, name)
ON CONFLICT (campaign_id, address) DO UPDATE
    SET invited_at = now(), reminded_at = NULL, withdrawn_at = NULL, name = excluded.name
    WHERE campaign_invitation.withdrawn_at IS NOT NULL
RETURNING id, address, name
"""
# Who waits for a colleague's reminder to end looks at the row anew by the last condition.
_REMIND = f"""
UPDATE campaign_invitation SET reminded_at = $3 WHERE id IN (
    SELECT i.id FROM {_FROM} WHERE i.campaign_id = $1 AND {_ANSWER} = 'waiting'
    AND coalesce(i.reminded_at, i.invited_at) < $2
) AND coalesce(reminded_at, invited_at) < $2 RETURNING id, address, name
"""


# every tenant: whom the coordination writes to is no structure of the network yet
class InvitationsRepository(Repository):
    async def listing(self, campaign_id: UUID, *, q: str = "", answer: str = "", part: Part) -> Found[InvitationOut]:
        found = await _LISTED.page(await self.driver(), _wanted(campaign_id, q, answer), part)
        return found.of(lambda row: InvitationOut(**{name: row[name] for name in InvitationOut.model_fields}))

    async def each(self, campaign_id: UUID, *, q: str = "", answer: str = "") -> AsyncIterator[InvitationOut]:
        async for row in _LISTED.each(await self.driver(), _wanted(campaign_id, q, answer)):
            yield InvitationOut(**{name: row[name] for name in InvitationOut.model_fields})

    async def answers(self, campaign_id: UUID) -> dict[Answer, int]:
        """How many of each."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_ANSWER}, count(*)::int FROM {_FROM} WHERE i.campaign_id = $1 GROUP BY 1", campaign_id
        )
        return {Answer(row[0]): row[1] for row in rows}

    async def known(self, campaign_id: UUID, addresses: Sequence[str]) -> set[str]:
        """Those of these addresses that are invited already."""
        rows = await (await self.driver()).fetch(
            "SELECT address FROM campaign_invitation WHERE campaign_id = $1 AND address = ANY($2::text[])"
            " AND withdrawn_at IS NULL",
            *(campaign_id, list(addresses)),
        )
        return {row[0] for row in rows}

    async def invite(self, campaign_id: UUID, asked: Sequence[Asked]) -> list[tuple[UUID, str, str]]:
        """(id, address, name) of those who were not invited yet."""
        rows = await (await self.driver()).fetch(
            _INVITE,
            *(campaign_id, [uuid7() for _ in asked], [one.address for one in asked], [one.name for one in asked]),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    async def remind(self, campaign_id: UUID, quiet: timedelta) -> list[tuple[UUID, str, str]]:
        """(id, address, name) of those who have not answered and were not written to lately."""
        rows = await (await self.driver()).fetch(_REMIND, campaign_id, now() - quiet, now())
        return [(row[0], row[1], row[2]) for row in rows]

    async def withdraw(self, campaign_id: UUID, invitation_id: UUID) -> str | None:
        """Its address; None when it is withdrawn already, or none of the campaign's."""
        found: str | None = await (await self.driver()).fetchval(
            "UPDATE campaign_invitation SET withdrawn_at = now() WHERE id = $2 AND campaign_id = $1"
            " AND withdrawn_at IS NULL RETURNING address",
            *(campaign_id, invitation_id),
        )
        return found

    async def forget(self, after: timedelta) -> int:
        """Addresses of campaigns that have been over for so long."""
        rows = await (await self.driver()).fetch(
            "DELETE FROM campaign_invitation i USING campaign c WHERE c.id = i.campaign_id AND c.ended_at < $1"
            " RETURNING i.id",
            now() - after,
        )
        return len(rows)


def _wanted(campaign_id: UUID, q: str, answer: str) -> Where:
    wanted = Where().add("i.campaign_id = {}", campaign_id).contains("concat_ws(' ', i.name, i.address)", q)
    if answer in set(Answer):
        wanted.add(f"({_ANSWER}) = {{}}", answer)
    return wanted
