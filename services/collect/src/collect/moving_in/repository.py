"""Queries of gifts that are carried over, in sets: a batch is hundreds of devices."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue.device_models import model_of
from filiere.database import EVERYBODY, Repository
from filiere.identifiers import label_code, normalise_serial, uuid7
from filiere.movein.wire import CarriedDevice, CarriedDonor, Progress

from collect.lots.lot import Lot
from collect.lots.repository import LotRepository

SOURCE = "carried_over"
"""Of a donation that no form and no file of ours declared."""

_DONORS = """
WITH said AS (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bool[], $5::uuid[], $6::text[], $7::text[], $8::text[],
                         $9::uuid[], $10::text[], $11::text[])
        AS u(id, siren, name, public_body, site_id, address, postcode, city, contact_id, contact, email)
), made AS (
    INSERT INTO donor (id, siren, name, public_body) SELECT id, siren, name, public_body FROM said ORDER BY siren
    ON CONFLICT (siren) DO NOTHING RETURNING id
), sites AS (
    INSERT INTO site (donor_id, id, label, address, postcode, city)
    SELECT id, site_id, 'Adresse', address, postcode, city FROM said JOIN made USING (id)
), contacts AS (
    INSERT INTO contact (donor_id, id, name, email) SELECT id, contact_id, contact, email FROM said JOIN made USING (id)
)
SELECT id FROM made
"""
_LOTS = """
WITH said AS (
    SELECT u.*, o.id AS donor_id, o.public_body FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[],
        $5::timestamptz[], $6::int[]) AS u(id, donation_id, siren, note, moment, devices) JOIN donor o USING (siren)
), given AS (
    INSERT INTO donation (donor_id, id, number, reference, status, public_body, source, note, lines, declared, accepted,
                          refused, by_network, submitted_at, answered_at, collected_at)
    SELECT donor_id, donation_id, n, $8 || '-' || lpad(n::text, greatest(4, length(n::text)), '0'), 'collected',
           public_body, $7, note, devices, devices, devices, 0, true, moment, moment, moment
    FROM (SELECT said.*, nextval('donation_number_seq') AS n FROM said ORDER BY id) numbered
)
INSERT INTO lot (donor_id, id, donation_id, number, code, status, public_body, devices, collected_at)
SELECT donor_id, id, donation_id, n, 'L-' || lpad(n::text, greatest(5, length(n::text)), '0'), 'sealed', public_body,
       devices, moment
FROM (SELECT said.*, nextval('lot_number_seq') AS n FROM said ORDER BY id) numbered
"""
_DEVICES = """
WITH said AS (
    SELECT u.*, l.donor_id, l.donation_id, l.public_body, l.collected_at
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::text[], $10::text[], $11::int[], $12::float8[], $13::float8[], $14::bigint[], $15::text[])
        AS u(lot_id, id, line_id, position, category, manufacturer, model, serial, imeis, asset_tag, year, ram_gb,
             storage_gb, number, label)
    JOIN lot l ON l.id = u.lot_id
), lines AS (
    INSERT INTO donation_line (donor_id, donation_id, id, position, quantity, category, manufacturer, model, serial,
                               asset_tag, year, ram_gb, storage_gb, verdict, reason, imeis, flags)
    SELECT donor_id, donation_id, line_id, position, 1, category, manufacturer, model, serial, asset_tag, year, ram_gb,
           storage_gb, 'accepted', $16, string_to_array(imeis, ','), '{}' FROM said
)
INSERT INTO device (donor_id, id, donation_id, line_id, lot_id, number, label, category, manufacturer, model, serial,
                    imeis, asset_tag, public_body, custody, collected_at)
SELECT donor_id, id, donation_id, line_id, lot_id, number, label, category, manufacturer, model, serial,
       string_to_array(imeis, ','), asset_tag, public_body, 'collected', collected_at FROM said
"""


class Given(NamedTuple):
    """A gift that is carried over, with its one lot."""

    lot_id: UUID
    donation_id: UUID
    siren: str
    note: str
    collected_at: datetime
    workshop_id: UUID
    devices: Sequence[tuple[UUID, CarriedDevice]]


# every tenant: the coordination alone moves a network in
class MovingInRepository(Repository):
    async def lock(self) -> None:
        """One batch at a time: two of the same would each not see the other's lots."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock(hashtextextended('moving-in', 0))")

    async def put_donors(self, donors: Sequence[CarriedDonor]) -> int:
        """Register those whose SIREN nobody has; returns how many."""
        rows = await (await self.driver()).fetch(
            _DONORS,
            [uuid7() for _ in donors],
            [one.siren for one in donors],
            [one.name for one in donors],
            [one.public_body for one in donors],
            [uuid7() for _ in donors],
            [one.address for one in donors],
            [one.postcode for one in donors],
            [one.city for one in donors],
            [uuid7() for _ in donors],
            [one.contact_name for one in donors],
            [one.contact_email for one in donors],
        )
        return len(rows)

    async def donors(self, sirens: Sequence[str]) -> dict[str, UUID]:
        """Id by SIREN, of those that are registered."""
        rows = await (await self.driver()).fetch(
            "SELECT siren, id FROM donor WHERE siren = ANY($1::text[]) AND refused_at IS NULL", sirens
        )
        return {row["siren"]: row["id"] for row in rows}

    async def unheard_workshops(self, workshop_ids: Sequence[UUID]) -> bool:
        """Whether refurbish has not told of one of these yet."""
        known: int = await (await self.driver()).fetchval(
            "SELECT count(*) FROM workshop WHERE workshop_id = ANY($1::uuid[])", workshop_ids
        )
        return known < len(set(workshop_ids))

    async def known(self, lot_ids: Sequence[UUID], device_ids: Sequence[UUID]) -> tuple[set[UUID], dict[UUID, UUID]]:
        """Which of these lots are here, and in which lot each of these devices is."""
        driver = await self.driver()
        lots = await driver.fetch("SELECT id FROM lot WHERE id = ANY($1::uuid[])", lot_ids)
        devices = await driver.fetch("SELECT id, lot_id FROM device WHERE id = ANY($1::uuid[])", device_ids)
        return {row["id"] for row in lots}, {row["id"]: row["lot_id"] for row in devices}

    async def put(self, given: Sequence[Given], year: int, reason: str) -> list[Lot]:
        """Gifts with their lots and devices, each with its label; the lots as they are sealed."""
        driver = await self.driver()
        await driver.execute(
            _LOTS,
            [one.lot_id for one in given],
            [one.donation_id for one in given],
            [one.siren for one in given],
            [one.note for one in given],
            [one.collected_at for one in given],
            [len(one.devices) for one in given],
            SOURCE,
            str(year),
        )
        rows = [
            (lot.lot_id, id_, position, one, model_of(one.manufacturer, one.model))
            for lot in given
            for position, (id_, one) in enumerate(lot.devices, 1)
        ]
        numbers: list[int] = await driver.fetchval(
            "SELECT array_agg(nextval('device_number_seq')) FROM generate_series(1, $1::int)", len(rows)
        )
        numbered = [_numbers(one) for _, _, _, one, _ in rows]
        await driver.execute(
            _DEVICES,
            [lot_id for lot_id, *_ in rows],
            [id_ for _, id_, *_ in rows],
            [uuid7() for _ in rows],
            [position for _, _, position, *_ in rows],
            [one.category.value for *_, one, _ in rows],
            [model.manufacturer for *_, model in rows],
            [model.name for *_, model in rows],
            [serial for serial, _ in numbered],
            [",".join(imeis) for _, imeis in numbered],
            [one.asset_tag or one.key for *_, one, _ in rows],
            [one.year for *_, one, _ in rows],
            [one.ram_gb for *_, one, _ in rows],
            [one.storage_gb for *_, one, _ in rows],
            numbers,
            [label_code(number) for number in numbers],
            reason,
        )
        lots = LotRepository.from_session(self.session)
        found = [await lots.get(EVERYBODY, one.lot_id) for one in given]
        return [one for one in found if one is not None]

    async def backdate(self, lot_ids: Sequence[UUID]) -> None:
        """They left when they were collected, not when they were carried over."""
        driver = await self.driver()
        await driver.execute("UPDATE lot SET dispatched_at = collected_at WHERE id = ANY($1::uuid[])", lot_ids)
        await driver.execute("UPDATE device SET dispatched_at = collected_at WHERE lot_id = ANY($1::uuid[])", lot_ids)

    async def progress(self, source: str) -> Progress:
        """Devices of gifts that were carried over from this source, and of how many the chain has said more."""
        row = await (await self.driver()).fetchrow(
            """SELECT count(*) AS told, count(v.work) AS done FROM device v JOIN donation d ON d.id = v.donation_id
            WHERE d.source = $1 AND starts_with(d.note, $2)""",
            *(SOURCE, note_of(source)),
        )
        assert row is not None  # a count
        return Progress(told=row["told"], done=row["done"])


def note_of(source: str, key: str = "") -> str:
    """What stands beside a gift that was carried over."""
    return f"Repris de {source}, lot {key}"


def _numbers(one: CarriedDevice) -> tuple[str | None, list[str]]:
    """What identifies it, and its other IMEIs: of a telephone the first IMEI is its serial."""
    numbers = [*([serial] if (serial := normalise_serial(one.serial)) else []), *one.imeis]
    apart = list(dict.fromkeys(one.imeis + numbers))
    return (apart[0], apart[1:4]) if apart else (None, [])
