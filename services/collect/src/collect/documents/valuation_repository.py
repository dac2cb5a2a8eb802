"""Queries of what donors say their devices are worth."""

from uuid import UUID

from filiere.database import Repository, Scope

from collect.documents.valuation import Method, Valuation


class ValuationRepository(Repository):
    async def get(self, scope: Scope, donation_id: UUID) -> Valuation | None:
        row = await (await self.driver()).fetchrow(
            """SELECT devices, amount_cents, method, legal_form, declared_at FROM valuation
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2""",
            scope.ids,
            donation_id,
        )
        return Valuation(**dict(row) | {"method": Method(row["method"])}) if row is not None else None

    # every tenant: of a donation that the caller has found
    async def declare(
        self, donor_id: UUID, donation_id: UUID, devices: int, amount_cents: int, method: Method, legal_form: str
    ) -> None:
        """The newest word counts; documents that were issued with an older one keep it."""
        await (await self.driver()).execute(
            """INSERT INTO valuation (donor_id, donation_id, devices, amount_cents, method, legal_form)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (donation_id) DO UPDATE SET devices = excluded.devices, amount_cents = excluded.amount_cents,
                method = excluded.method, legal_form = excluded.legal_form, declared_at = now()""",
            *(donor_id, donation_id, devices, amount_cents, method.value, legal_form),
        )
