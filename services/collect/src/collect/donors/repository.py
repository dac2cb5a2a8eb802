"""Queries of donors."""

from collections.abc import AsyncIterator
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed
from filiere.identifiers import uuid7

from collect.donors.schemas import ContactIn, ContactOut, DonorOut, RegisterDonor, SiteIn, SiteOut
from collect.donors.status import Standing

# What a search looks in, as the index has it.
SEARCHED = "(name || ' ' || siren)"

# Donor, first site and first contact in one round trip; nothing at all when the SIREN is known.
_REGISTER = """
WITH made AS (
    INSERT INTO donor (id, siren, name, public_body) VALUES ($1, $2, $3, $4)
    ON CONFLICT (siren) DO NOTHING RETURNING id, created_at
), site_made AS (
    INSERT INTO site (donor_id, id, label, address, postcode, city, insee)
    SELECT id, $5, $6, $7, $8, $9, $10 FROM made
), contact_made AS (
    INSERT INTO contact (donor_id, id, name, email) SELECT id, $11, $12, $13 FROM made
)
SELECT created_at FROM made
"""
# A refused registration holds its number no more (`tables.py`), and is still shown with it.
_COLUMNS = """d.id, left(d.siren, 9) AS siren, d.name, d.public_body, d.named_on_sheets, d.to_confirm, d.legal_category,
    d.created_at, d.refused_at, d.refused_reason"""
_LISTED = Listing(_COLUMNS, "donor d", {"name": Order(Key("lower(d.name)"), Key("d.id", Kind.ID))})
# Ids of the donors whose name or SIREN holds a text; `{}` is its pattern.
NAMED = f"SELECT id FROM donor WHERE {SEARCHED} ILIKE {{}}"


class DonorRepository(Repository):
    # every tenant: a new donor is nobody's yet
    async def register(self, donor: RegisterDonor) -> DonorOut | None:
        """Insert a donor with its first site and contact; None when its SIREN is registered."""
        donor_id, site_id, contact_id = uuid7(), uuid7(), uuid7()
        site, contact = donor.site, donor.contact
        row = await (await self.driver()).fetchrow(
            _REGISTER,
            *(donor_id, donor.siren, donor.name, donor.public_body),
            *(site_id, site.label, site.address, site.postcode, site.city, site.insee),
            *(contact_id, contact.name, contact.email),
        )
        if row is None:
            return None
        return DonorOut(
            id=donor_id,
            siren=donor.siren,
            name=donor.name,
            public_body=donor.public_body,
            created_at=row["created_at"],
            sites=[SiteOut(id=site_id, **site.model_dump())],
            contacts=[ContactOut(id=contact_id, **contact.model_dump())],
        )

    # every tenant: the coordination alone registers, and must hear who has this number
    async def name_of_siren(self, siren: str) -> str | None:
        """For the sentence that refuses a second registration; coordinators only come here."""
        found: str | None = await (await self.driver()).fetchval("SELECT name FROM donor WHERE siren = $1", siren)
        return found

    async def get(self, scope: Scope, donor_id: UUID) -> DonorOut | None:
        """One donor with its sites and contacts, if the caller may see it."""
        driver = await self.driver()
        row = await driver.fetchrow(
            f"SELECT {_COLUMNS} FROM donor d WHERE ($1::uuid[] IS NULL OR d.id = ANY($1)) AND d.id = $2",
            scope.ids,
            donor_id,
        )
        if row is None:
            return None
        sites = await driver.fetch(
            "SELECT id, label, address, postcode, city, insee FROM site WHERE donor_id = $1 ORDER BY id", donor_id
        )
        contacts = await driver.fetch("SELECT id, name, email FROM contact WHERE donor_id = $1 ORDER BY id", donor_id)
        return DonorOut(
            **dict(row), sites=[SiteOut(**dict(r)) for r in sites], contacts=[ContactOut(**dict(r)) for r in contacts]
        )

    # every tenant: of a donation that the coordination has before it
    async def is_to_confirm(self, donor_id: UUID) -> bool:
        """Whether the donor registered itself and nobody has confirmed it, or it was refused."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT to_confirm OR refused_at IS NOT NULL FROM donor WHERE id = $1", donor_id
        )
        return found

    async def listing(self, scope: Scope, q: str, part: Part, standing: Standing | None = None) -> Found[DonorOut]:
        """Donors by name, whose name or SIREN contains `q`, of one standing; no sites, no contacts.

        None: all but those that were refused.
        """
        wanted = _wanted(scope, q, standing)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: DonorOut(**listed(row)))

    async def each(self, scope: Scope, q: str, standing: Standing | None = None) -> AsyncIterator[DonorOut]:
        """All that `listing` finds, while it is read."""
        async for row in _LISTED.each(await self.driver(), _wanted(scope, q, standing)):
            yield DonorOut(**dict(row))

    async def for_declaration(self, scope: Scope, donor_id: UUID, *, for_update: bool) -> bool | None:
        """Whether the donor is a public body; None when the caller may not see it, or its registration was refused.

        `for_update` locks the donor until the transaction ends: two declarations of one serial at the same moment
        would each not see the other. Lines that name no device need no such lock.
        """
        found: bool | None = await (await self.driver()).fetchval(
            "SELECT public_body FROM donor"
            " WHERE ($1::uuid[] IS NULL OR id = ANY($1)) AND id = $2 AND refused_at IS NULL"
            + (" FOR NO KEY UPDATE" if for_update else ""),
            scope.ids,
            donor_id,
        )
        return found

    # every tenant: of a donor that the caller has found
    async def add_site(self, donor_id: UUID, site: SiteIn) -> SiteOut:
        made = uuid7()
        await (await self.driver()).execute(
            """INSERT INTO site (donor_id, id, label, address, postcode, city, insee)
            VALUES ($1, $2, $3, $4, $5, $6, $7)""",
            *(donor_id, made, site.label, site.address, site.postcode, site.city, site.insee),
        )
        return SiteOut(id=made, **site.model_dump())

    async def rename(self, scope: Scope, donor_id: UUID, name: str) -> str | None:
        """The name before; None when the caller may not see the donor."""
        found: str | None = await (await self.driver()).fetchval(
            """UPDATE donor d SET name = $3 FROM (SELECT id, name FROM donor WHERE id = $2 FOR NO KEY UPDATE) before
            WHERE d.id = before.id AND ($1::uuid[] IS NULL OR d.id = ANY($1)) RETURNING before.name""",
            scope.ids,
            *(donor_id, name),
        )
        return found

    async def change_site(self, scope: Scope, donor_id: UUID, site_id: UUID, site: SiteIn) -> bool:
        """False when the caller's donor has no such site."""
        found: UUID | None = await (await self.driver()).fetchval(
            """UPDATE site SET label = $4, address = $5, postcode = $6, city = $7, insee = $8
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donor_id = $2 AND id = $3 RETURNING id""",
            scope.ids,
            *(donor_id, site_id, site.label, site.address, site.postcode, site.city, site.insee),
        )
        return found is not None

    # every tenant: of a donor that the caller has found
    async def add_contact(self, donor_id: UUID, contact: ContactIn) -> ContactOut:
        made = uuid7()
        await (await self.driver()).execute(
            "INSERT INTO contact (donor_id, id, name, email) VALUES ($1, $2, $3, $4)",
            *(donor_id, made, contact.name, contact.email),
        )
        return ContactOut(id=made, **contact.model_dump())

    async def change_contact(self, scope: Scope, donor_id: UUID, contact_id: UUID, contact: ContactIn) -> bool:
        """False when the caller's donor has no such contact."""
        found: UUID | None = await (await self.driver()).fetchval(
            """UPDATE contact SET name = $4, email = $5
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donor_id = $2 AND id = $3 RETURNING id""",
            scope.ids,
            *(donor_id, contact_id, contact.name, contact.email),
        )
        return found is not None

    # every tenant: of a donor that the caller has found
    async def contacts_for_update(self, donor_id: UUID) -> list[UUID]:
        """The donor's contacts; two people who each take one away wait for one another."""
        driver = await self.driver()
        await driver.execute("SELECT 1 FROM donor WHERE id = $1 FOR NO KEY UPDATE", donor_id)
        return [row["id"] for row in await driver.fetch("SELECT id FROM contact WHERE donor_id = $1", donor_id)]

    # every tenant: of a donor that the caller has found
    async def remove_contact(self, donor_id: UUID, contact_id: UUID) -> None:
        await (await self.driver()).execute("DELETE FROM contact WHERE donor_id = $1 AND id = $2", donor_id, contact_id)

    # every tenant: a name that its donor wishes to be read by anybody
    async def public_name(self, donation_id: UUID) -> str | None:
        """Who gave, if they wish it to stand on the public sheets of their devices."""
        found: str | None = await (await self.driver()).fetchval(
            """SELECT o.name FROM donor o JOIN donation d ON d.donor_id = o.id
            WHERE d.id = $1 AND o.named_on_sheets""",
            donation_id,
        )
        return found

    async def wish(self, scope: Scope, donor_id: UUID, *, named: bool) -> bool:
        """Whether the donor's name stands on public sheets; False when the caller may not see the donor."""
        found: str | None = await (await self.driver()).fetchval(
            """UPDATE donor SET named_on_sheets = $3 WHERE ($1::uuid[] IS NULL OR id = ANY($1)) AND id = $2
            RETURNING name""",
            scope.ids,
            *(donor_id, named),
        )
        return found is not None


def _wanted(scope: Scope, q: str, standing: Standing | None) -> Where:
    wanted = scope.where("d.id").contains(SEARCHED, q)
    if standing is Standing.REFUSED:
        return wanted.add("d.refused_at IS NOT NULL")
    wanted.add("d.refused_at IS NULL")
    return wanted.add("d.to_confirm") if standing is Standing.TO_CONFIRM else wanted
