"""SQL of who takes part in campaigns."""

from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope

from distribute.campaigns.schemas import MemberOut
from distribute.campaigns.status import Way

_LISTED = Listing(
    "m.relais_id, r.name, r.city, r.territory, m.joined_at, m.way",
    "campaign_member m JOIN relais r ON r.id = m.relais_id",
    {"name": Order(Key("r.name"), Key("r.id", Kind.ID))},
)


class CampaignMembersRepository(Repository):
    # every tenant: of a Relais that the caller acts for, or that the coordination has found
    async def join(self, campaign_id: UUID, relais_id: UUID, way: Way) -> bool:
        """False when it takes part already."""
        row = await (await self.driver()).fetchrow(
            "INSERT INTO campaign_member (campaign_id, relais_id, way) VALUES ($1, $2, $3)"
            " ON CONFLICT (relais_id, campaign_id) DO UPDATE SET joined_at = now(), way = excluded.way,"
            " left_at = NULL, left_why = NULL WHERE campaign_member.left_at IS NOT NULL RETURNING relais_id",
            campaign_id,
            relais_id,
            way.value,
        )
        return row is not None

    # every tenant: of a Relais that the caller acts for, or that the coordination has found
    async def leave(self, campaign_id: UUID, relais_id: UUID, why: str | None) -> bool:
        """False when it does not take part."""
        row = await (await self.driver()).fetchrow(
            "UPDATE campaign_member SET left_at = now(), left_why = $3"
            " WHERE campaign_id = $1 AND relais_id = $2 AND left_at IS NULL RETURNING relais_id",
            campaign_id,
            relais_id,
            why,
        )
        return row is not None

    async def of_relais(self, scope: Scope) -> dict[UUID, set[UUID]]:
        """Campaign → those of these Relais that take part."""
        rows = await (await self.driver()).fetch(
            "SELECT campaign_id, relais_id FROM campaign_member"
            " WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1)) AND left_at IS NULL",
            scope.ids,
        )
        found: dict[UUID, set[UUID]] = {}
        for row in rows:
            found.setdefault(row[0], set()).add(row[1])
        return found

    async def listing(self, scope: Scope, campaign_id: UUID, *, q: str = "", part: Part) -> Found[MemberOut]:
        wanted = scope.where("m.relais_id").add("m.campaign_id = {} AND m.left_at IS NULL", campaign_id)
        wanted.contains("concat_ws(' ', r.name, r.city, r.territory)", q)
        found = await _LISTED.page(await self.driver(), wanted, part)
        return found.of(lambda row: MemberOut(**{name: row[name] for name in MemberOut.model_fields}))
