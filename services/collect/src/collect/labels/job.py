"""The worker's side of labels: one PDF of some sheets."""

from uuid import UUID

from filiere.database import EVERYBODY
from filiere.documents.labels import MOST, labels_pdf
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import Work

from collect.devices.repository import DeviceRepository
from collect.labels.sheets import label_of

KIND = "labels"


async def print_labels(work: Work) -> None:
    """Make one part of a donation's or a lot's labels. Whoever asked was allowed to see them."""
    said = work.claim.input
    async with work.database.read() as session:
        devices = await DeviceRepository.from_session(session).to_print(
            EVERYBODY,
            UUID(said["donation_id"]) if said["donation_id"] else None,
            UUID(said["lot_id"]) if said["lot_id"] else None,
            limit=MOST,
            offset=(said["part"] - 1) * MOST,
        )
    pdf = await labels_pdf([label_of(device, said["address"]) for device in devices])
    async with work.database.unit_of_work() as session:
        await JobRepository.from_session(session).finish(work.claim, pdf)
