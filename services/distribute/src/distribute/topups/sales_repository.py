"""SQL of the till's side: a code is taken, handed over, shown, taken back. Its own Relais only."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed

from distribute.handovers.status import HandoverKind
from distribute.relais.till_rights import TillRights
from distribute.topups.repository import KeptCode
from distribute.topups.schemas import ActivationIn, SaleOut

_COLUMNS = """
s.id, s.relais_id, r.name AS relais_name, s.offer_id, o.operator, o.kind AS offer_kind, o.name, o.how_to, s.code_id,
c.number, c.expires_on, s.kind, s.amount_cents, e.person_cents, e.person_means AS means, e.structure_cents,
e.structure_means, s.person_alias, s.person_public AS public, s.criterion, s.sold_by, s.sold_at, s.sequence, s.receipt,
e.hash AS fingerprint, s.shown_at, s.times_shown, s.activation, s.activation_told_by, s.activation_at, s.undone_at
"""
_FROM = """topup_sale s JOIN relais r ON r.id = s.relais_id JOIN topup_offer o ON o.id = s.offer_id
    JOIN topup_code c ON c.id = s.code_id JOIN till_entry e ON e.relais_id = s.relais_id AND e.sequence = s.sequence"""
_SALE = f"SELECT {_COLUMNS} FROM {_FROM} WHERE s.relais_id = ANY($1::uuid[]) AND s.id = $2"
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("s.sold_at", Kind.INSTANT), Key("s.id", Kind.ID), down=True)},
    counted="topup_sale s",
)


_RIGHTS = """r.may_sell AS statutes_allow, a.mode, a.signed_on
FROM relais r LEFT JOIN agreement a ON a.relais_id = r.id AND a.ended_on IS NULL WHERE true"""


class Seller(NamedTuple):
    """The Relais that hands over, as far as the till needs it."""

    territory: str
    rights: TillRights


class Taken(NamedTuple):
    """A code that this transaction holds."""

    id: UUID
    number: int
    key_id: str


class Sale(NamedTuple):
    """A row of `topup_sale` as it is made."""

    relais_id: UUID
    id: UUID
    code_id: UUID
    offer_id: UUID
    kind: HandoverKind
    amount_cents: int
    worth_cents: int
    person_alias: str | None
    person_public: str | None
    criterion: str | None
    bracket: str | None
    seen_by: str | None
    sold_by: str
    sold_at: datetime
    sequence: int
    receipt: str


class TopupSalesRepository(Repository):
    async def lock_topups(self, relais_id: UUID) -> None:
        """Be the only one who hands top-ups of this Relais over, or takes them back, until the transaction ends."""
        await (await self.driver()).execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('topups ' || $1::text, 0))", str(relais_id)
        )

    # every tenant: of the Relais for which the caller acts
    async def seller(self, relais_id: UUID) -> Seller:
        row = await (await self.driver()).fetchrow(f"SELECT r.territory, {_RIGHTS} AND r.id = $1", relais_id)
        assert row is not None  # the caller is one of its people
        return Seller(row["territory"], TillRights.model_validate(dict(row)))

    async def places(self, scope: Scope) -> list[tuple[str | None, str]]:
        """(commune, département) of the caller's structures."""
        rows = await (await self.driver()).fetch(
            "SELECT insee, territory FROM relais WHERE id = ANY($1::uuid[]) ORDER BY id", scope.ids
        )
        return [(row[0], row[1]) for row in rows]

    async def rights(self, scope: Scope) -> list[TillRights]:
        """What the structures of the caller may do at their tills."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_RIGHTS} AND r.id = ANY($1::uuid[]) ORDER BY r.name", scope.ids
        )
        return [TillRights.model_validate(dict(row)) for row in rows]

    # every tenant: of the Relais for which the caller acts
    async def worth_since(self, relais_id: UUID, alias: str, since: datetime) -> int:
        """What somebody was handed since then, at the price of each day; what was taken back counts no more."""
        return int(
            await (await self.driver()).fetchval(
                "SELECT coalesce(sum(worth_cents), 0) FROM topup_sale WHERE relais_id = $1"
                " AND lower(person_alias) = lower($2) AND sold_at >= $3 AND undone_at IS NULL",
                relais_id,
                alias,
                since,
            )
        )

    # every tenant: of the Relais for which the caller acts
    async def code_for_update(self, relais_id: UUID, offer_id: UUID, day: date) -> Taken | None:
        """The code that is handed over next: the soonest to expire of those that still work."""
        row = await (await self.driver()).fetchrow(
            "SELECT id, number, key_id FROM topup_code WHERE relais_id = $1 AND offer_id = $2 AND status = 'at_relais'"
            " AND (expires_on IS NULL OR expires_on >= $3)"
            " ORDER BY expires_on NULLS LAST, number LIMIT 1 FOR UPDATE",
            relais_id,
            offer_id,
            day,
        )
        return Taken(*row) if row is not None else None

    # every tenant: of a code that the caller holds
    async def add(self, sale: Sale) -> bool:
        """The code leaves. False when the id is somebody's already."""
        driver = await self.driver()
        made = await driver.fetchval(
            "INSERT INTO topup_sale (relais_id, id, code_id, offer_id, kind, amount_cents, worth_cents, person_alias,"
            " person_public, criterion, bracket, seen_by, sold_by, sold_at, sequence, receipt)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
            " ON CONFLICT (id) DO NOTHING RETURNING true",
            *sale,
        )
        if made:
            await driver.execute("UPDATE topup_code SET status = 'left', moved_at = now() WHERE id = $1", sale.code_id)
        return bool(made)

    async def get(self, scope: Scope, sale_id: UUID) -> SaleOut | None:
        """One handover of the caller's Relais."""
        row = await (await self.driver()).fetchrow(_SALE, scope.ids, sale_id)
        return _sale(dict(row)) if row is not None else None

    async def get_for_update(self, scope: Scope, sale_id: UUID) -> SaleOut | None:
        """The same, held until the transaction ends."""
        row = await (await self.driver()).fetchrow(f"{_SALE} FOR UPDATE OF s, c", scope.ids, sale_id)
        return _sale(dict(row)) if row is not None else None

    async def listing(self, scope: Scope, part: Part) -> Found[SaleOut]:
        """Handovers of the caller's Relais, the newest first."""
        wanted = scope.where("s.relais_id")
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: _sale(listed(row)))

    # every tenant: of a handover that the caller holds
    async def sealed(self, code_id: UUID) -> KeptCode:
        row = await (await self.driver()).fetchrow("SELECT id, key_id, secret FROM topup_code WHERE id = $1", code_id)
        assert row is not None  # its handover names it
        return KeptCode(*row)

    # every tenant: of a handover that the caller holds
    async def shown(self, sale_id: UUID, code_id: UUID, at: datetime) -> None:
        driver = await self.driver()
        await driver.execute(
            "UPDATE topup_sale SET shown_at = coalesce(shown_at, $2), times_shown = times_shown + 1 WHERE id = $1",
            sale_id,
            at,
        )
        await driver.execute("UPDATE topup_code SET was_shown = true WHERE id = $1", code_id)

    # every tenant: of a handover that the caller holds
    async def undone(self, sale_id: UUID, at: datetime) -> None:
        """It was nobody's: what was said of a person goes, as with a device's handover that is taken back."""
        await (await self.driver()).execute(
            "UPDATE topup_sale SET undone_at = $2, person_alias = NULL, person_public = NULL, criterion = NULL,"
            " bracket = NULL, seen_by = NULL WHERE id = $1",
            sale_id,
            at,
        )

    # every tenant: of a handover that the caller holds
    async def told(self, sale_id: UUID, said: ActivationIn, at: datetime) -> None:
        await (await self.driver()).execute(
            "UPDATE topup_sale SET activation = $2, activation_told_by = $3, activation_at = $4 WHERE id = $1",
            sale_id,
            said.activation.value,
            said.told_by.value,
            at,
        )


def _sale(row: dict[str, Any]) -> SaleOut:
    return SaleOut.model_validate(row)
