"""SQL of Relais and agreements."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import asyncpg
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed
from filiere.geography import commune_of_address
from filiere.identifiers import uuid7

from distribute.relais.mode import Mode
from distribute.relais.schemas import RelaisIn, RelaisOut

_COLUMNS = """
r.id, r.name, r.legal_form, r.siret, r.address, r.postcode, r.city, r.insee, r.territory, r.publics,
r.people_supported, r.may_sell, r.may_receive_public_origin, r.public_contact, r.opening_hours, r.requested_on,
r.created_at, a.signed_on, a.signed_by, a.mode, greatest(a.signed_on - r.requested_on, 0) AS days_to_sign
"""
_FROM = "relais r LEFT JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL"
_SELECT = f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR r.id = ANY($1))"
_LISTED = Listing(_COLUMNS, _FROM, {"name": Order(Key("r.name"), Key("r.id", Kind.ID))})


class RelaisRepository(Repository):
    # every tenant: a new Relais is nobody's yet
    async def add(
        self, relais: RelaisIn, siret: str | None, territory: str, requested_on: date, relais_id: UUID | None = None
    ) -> UUID | None:
        """Register; None when the SIRET is registered already (the index closes the race), or the id that is given."""
        relais_id, place = relais_id or uuid7(), await asyncio.to_thread(place_of, relais)
        row = await (await self.driver()).fetchrow(
            "INSERT INTO relais (id, name, legal_form, siret, address, postcode, city, insee, territory, publics,"
            " people_supported, may_sell, may_receive_public_origin, requested_on, latitude, longitude)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
            " ON CONFLICT DO NOTHING RETURNING id",
            relais_id,
            relais.name,
            relais.legal_form.value,
            siret,
            relais.address,
            relais.postcode,
            relais.city,
            relais.insee,
            territory,
            relais.publics,
            relais.people_supported,
            relais.may_sell,
            relais.legal_form.may_receive_public_origin
            if relais.may_receive_public_origin is None
            else relais.may_receive_public_origin,
            requested_on,
            *place,
        )
        return relais_id if row is not None else None

    async def get(self, scope: Scope, relais_id: UUID) -> RelaisOut | None:
        row = await (await self.driver()).fetchrow(f"{_SELECT} AND r.id = $2", scope.ids, relais_id)
        return _relais(row) if row is not None else None

    async def listing(
        self, scope: Scope, *, q: str = "", agreement: str = "", asks: bool = False, part: Part
    ) -> Found[RelaisOut]:
        """By name. `agreement` is `signed`, `missing` or empty; `q` looks in name, city and postcode.

        `asks`: only those that ask for other publics and have no answer.
        """
        wanted = _wanted(scope, q, agreement, asks)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: RelaisOut(**listed(row)))

    async def each(
        self, scope: Scope, *, q: str = "", agreement: str = "", asks: bool = False
    ) -> AsyncIterator[RelaisOut]:
        """All that `listing` finds, while it is read."""
        async for row in _LISTED.each(await self.driver(), _wanted(scope, q, agreement, asks)):
            yield RelaisOut(**dict(row))

    async def of_members(self, scope: Scope) -> list[RelaisOut]:
        """By name: those of the people who act for them."""
        rows = await (await self.driver()).fetch(f"{_SELECT} ORDER BY r.name", scope.ids)
        return [_relais(row) for row in rows]

    # every tenant: of a Relais that the caller has found
    async def change(self, relais_id: UUID, relais: RelaisIn, siret: str | None, territory: str) -> bool:
        """Write its facts anew; False when another Relais has the SIRET. What is not said of public gifts and of the
        day of the request stays."""
        place = await asyncio.to_thread(place_of, relais)
        try:
            await (await self.driver()).execute(
                "UPDATE relais SET name = $2, legal_form = $3, siret = $4, address = $5, postcode = $6, city = $7,"
                " insee = $8, territory = $9, publics = $10, people_supported = $11, may_sell = $12,"
                " may_receive_public_origin = coalesce($13, may_receive_public_origin),"
                " requested_on = coalesce($14, requested_on), latitude = $15, longitude = $16 WHERE id = $1",
                relais_id,
                relais.name,
                relais.legal_form.value,
                siret,
                relais.address,
                relais.postcode,
                relais.city,
                relais.insee,
                territory,
                relais.publics,
                relais.people_supported,
                relais.may_sell,
                relais.may_receive_public_origin,
                relais.requested_on,
                *place,
            )
        except asyncpg.UniqueViolationError:
            return False
        return True

    # every tenant: of a Relais that the caller has found
    async def end_agreement(self, relais_id: UUID, ended_on: date) -> None:
        await (await self.driver()).execute(
            "UPDATE agreement SET ended_on = $2 WHERE relais_id = $1 AND ended_on IS NULL", relais_id, ended_on
        )

    # every tenant: of a Relais that the caller has found
    async def set_public_origin(self, relais_id: UUID, may_receive: bool) -> None:
        """Say whether it may be given what public bodies gave."""
        await (await self.driver()).execute(
            "UPDATE relais SET may_receive_public_origin = $2 WHERE id = $1", relais_id, may_receive
        )

    # every tenant: of a Relais that the caller has found
    async def set_public_contact(self, relais_id: UUID, contact: str | None) -> None:
        """What anybody may be told to reach it by, instead of what was said before."""
        await (await self.driver()).execute("UPDATE relais SET public_contact = $2 WHERE id = $1", relais_id, contact)

    # every tenant: of a Relais that the caller has found
    async def lock_agreement(self, relais_id: UUID) -> None:
        """Be the only one who sends, signs or records an agreement of a Relais until the transaction ends."""
        await (await self.driver()).execute("SELECT 1 FROM relais WHERE id = $1 FOR NO KEY UPDATE", relais_id)

    # every tenant: of a Relais that the caller has found
    async def sign(self, relais_id: UUID, signed_on: date, signed_by: str, mode: Mode | None = None) -> bool:
        """Record the agreement; False when one is in force."""
        row = await (await self.driver()).fetchrow(
            "INSERT INTO agreement (id, relais_id, signed_on, signed_by, mode) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT DO NOTHING RETURNING id",
            uuid7(),
            relais_id,
            signed_on,
            signed_by,
            mode,
        )
        return row is not None


def place_of(relais: RelaisIn) -> tuple[float, float] | tuple[None, None]:
    """Latitude and longitude of its commune."""
    commune = commune_of_address(relais.insee, relais.postcode, relais.city)
    return (commune.latitude, commune.longitude) if commune is not None else (None, None)


def _wanted(scope: Scope, q: str, agreement: str, asks: bool) -> Where:
    wanted = scope.where("r.id").contains("concat_ws(' ', r.name, r.city, r.postcode)", q)
    if asks:
        wanted.add("r.id IN (SELECT relais_id FROM publics_asked WHERE decided_at IS NULL)")
    return wanted.add("(a.signed_on IS NOT NULL) = {}", agreement == "signed") if agreement else wanted


def _relais(row: "asyncpg.Record") -> RelaisOut:
    return RelaisOut.model_validate(dict(row))
