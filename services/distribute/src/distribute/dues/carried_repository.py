"""SQL of what was owed before."""

from datetime import date
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed

from distribute.dues.repository import NUMBER
from distribute.dues.schemas import CarriedIn, CarriedOut

_COLUMNS = f"""
c.id, c.relais_id, c.day, c.due_on, c.reference, c.what_for, c.amount_cents, c.corrects, c.reason, c.stated_at,
EXISTS (SELECT 1 FROM carried_over u WHERE u.corrects = c.id) AS is_corrected, n.id AS invoice_id,
CASE WHEN n.id IS NOT NULL THEN {NUMBER} END AS invoice
"""
_FROM = "carried_over c LEFT JOIN invoice_line x ON x.due_id = c.due_id LEFT JOIN invoice n ON n.id = x.invoice_id"
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"latest": Order(Key("c.stated_at", Kind.INSTANT), Key("c.id", Kind.ID), down=True)},
    counted="carried_over c",
)


class CarriedRepository(Repository):
    # every tenant: of the coordination, which says them for all
    async def get(self, carried_id: UUID) -> CarriedOut | None:
        row = await (await self.driver()).fetchrow(f"SELECT {_COLUMNS} FROM {_FROM} WHERE c.id = $1", carried_id)
        return CarriedOut.model_validate(dict(row)) if row is not None else None

    async def listing(self, scope: Scope, relais_id: UUID, part: Part) -> Found[CarriedOut]:
        """Of a Relais, the latest said first."""
        wanted = scope.where("c.relais_id").add("c.relais_id = {}", relais_id)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: CarriedOut(**listed(row)))

    # every tenant: of a Relais whose dues the caller has locked
    async def stands(self, relais_id: UUID, reference: str) -> bool:
        """Whether this paper was said already, and not taken back."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM carried_over c WHERE relais_id = $1 AND lower(reference) = lower($2)"
            " AND corrects IS NULL AND NOT EXISTS (SELECT 1 FROM carried_over u WHERE u.corrects = c.id))",
            relais_id,
            reference,
        )
        return found

    # every tenant: of a Relais whose dues the caller has locked
    async def add(self, relais_id: UUID, said: CarriedIn) -> bool:
        """Keep it; its due is written by the database. False when another Relais' has its id."""
        driver = await self.driver()
        # One at a time of an id: its due is written before the row that a conflict would be found at.
        await driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('carried ' || $1::text, 0))", str(said.id))
        row = await driver.fetchrow(
            "INSERT INTO carried_over (relais_id, id, day, due_on, reference, what_for, amount_cents)"
            " SELECT $1, $2::uuid, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM carried_over WHERE id = $2)"
            " AND NOT EXISTS (SELECT 1 FROM invoice WHERE id = $2) RETURNING id",
            relais_id,
            said.id,
            said.day,
            said.due_on,
            said.reference,
            said.what_for,
            said.amount_cents,
        )
        return row is not None

    # every tenant: of a Relais whose dues the caller has locked
    async def take_back(self, carried_id: UUID, minus_id: UUID, on: date, reason: str) -> None:
        await (await self.driver()).execute(
            "INSERT INTO carried_over (relais_id, id, day, due_on, reference, what_for, amount_cents, corrects, reason)"
            " SELECT relais_id, $2, $3, due_on, reference, what_for, -amount_cents, id, $4 FROM carried_over"
            " WHERE id = $1",
            carried_id,
            minus_id,
            on,
            reason,
        )

    # every tenant: of one that the caller has kept
    async def due_of(self, carried_id: UUID) -> int:
        found: int = await (await self.driver()).fetchval("SELECT due_id FROM carried_over WHERE id = $1", carried_id)
        return found
