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
    """Make one part of a donation's, a lot's or a device's labels. Whoever asked was allowed to see them."""
    job_input = work.claim.input
    async with work.database.read() as session:
        devices = await DeviceRepository.from_session(session).to_print(
            EVERYBODY,
            UUID(job_input["donation_id"]) if job_input["donation_id"] else None,
            UUID(job_input["lot_id"]) if job_input["lot_id"] else None,
            UUID(job_input["device_id"]) if job_input.get("device_id") else None,
            limit=MOST,
            offset=(job_input["part"] - 1) * MOST,
        )
    labels = [label_of(device, job_input["address"]) for device in devices]
    pdf = await labels_pdf(labels, tape=job_input.get("tape", False))
    async with work.database.unit_of_work() as session:
        await JobRepository.from_session(session).finish(work.claim, pdf)
