"""Queries of what came beside the manifest."""

from collections.abc import Sequence
from uuid import UUID

from filiere.database import Repository
from filiere.identifiers import LABEL_CAPACITY, label_code

from refurbish.devices.device import Device


class SurplusRepository(Repository):
    async def new_labels(self, count: int) -> list[str]:
        """Labels that nobody printed: collect numbers from the first on, workshops from the last one down."""
        numbers: list[int] = await (await self.driver()).fetchval(
            "SELECT array_agg(nextval('surplus_label_seq')) FROM generate_series(1, $1::int)", count
        )
        return [label_code(LABEL_CAPACITY - number) for number in numbers]

    # every tenant: of a lot that the caller has locked
    async def is_public(self, lot_id: UUID) -> bool:
        """Whether its donor is a public body; taken for one where no manifest has said it: then the ceiling holds."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT coalesce(bool_or(public_body), true) FROM device WHERE lot_id = $1 AND NOT is_surplus", lot_id
        )
        return found

    # every tenant: of a lot that the caller has locked
    async def put(self, devices: Sequence[Device]) -> None:
        await (await self.driver()).execute(
            "INSERT INTO device (id, lot_id, workshop_id, donation_id, label, category, public_body, stage, custody, "
            "is_surplus) SELECT u.id, $1, $2, $3, u.label, u.category, $4, 'expected', 'transit', true "
            "FROM unnest($5::uuid[], $6::text[], $7::text[]) AS u(id, label, category) ORDER BY u.id",
            devices[0].lot_id,
            devices[0].workshop_id,
            devices[0].donation_id,
            devices[0].public_body,
            [one.id for one in devices],
            [one.label for one in devices],
            [one.category.value for one in devices],
        )
