"""The worker's side of documents: facts, number, drawing and bytes in one transaction, so that no number is lost.

The counter's row is locked while the document is drawn: documents of one kind wait for each other, seconds at most.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from filiere.calendar import day_of, now
from filiere.documents.paper import Content, Stamp, as_data, paper_pdf
from filiere.identifiers import new_code
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import JobRefused, Work
from filiere.web.formats import full_day, number

from collect.devices.few import Reuse
from collect.devices.schemas import DeviceOut
from collect.documents.facts import MOST_DEVICES, facts_of, facts_of_lot
from collect.documents.kinds import FIRST_ERASURE, DocumentKind, readiness
from collect.documents.papers import WRITE, erasure, proof, yearly
from collect.documents.repository import DocumentRepository
from collect.documents.service import SHARED, TO_SHARE, link_subject, lot_subject, subject_of, year_subject
from collect.documents.valuation import Beneficiary
from collect.documents.year import year_of

_NO_STAMP = Stamp("", day_of(now()), "", "", "")


class Paper(NamedTuple):
    """One paper of a job and what it speaks of. `few`: whether it tells of fewer than five people, if links open it."""

    content: Content
    subject: str
    few: bool | None = None


async def draw_document(work: Work) -> None:
    """Issue one document, unless the newest says just the same. Whoever asked was allowed to. Raises JobRefused."""
    asked = work.claim.input
    if (kind := DocumentKind(asked["kind"])) is DocumentKind.YEAR:
        async with work.database.read() as session:
            year = await year_of(session, UUID(asked["donor_id"]), asked["year"])
        subject = year_subject(year.donor.id, year.year)
        await _issue(work, kind, year.donor.id, None, [Paper(yearly.written(year), subject)])
        return
    if "lot_id" in asked:
        await _draw_certificate(work, UUID(asked["lot_id"]))
        return
    donation_id = UUID(asked["donation_id"])
    async with work.database.read() as session:
        facts = await facts_of(session, donation_id, Beneficiary(**asked.get("beneficiary", {})))
    _bound(facts.devices)
    ready = readiness(facts.donation, facts.thread, facts.valuation, facts.beneficiary)
    waits_for = next((one.waits_for for one in ready if one.kind is kind), "")
    if waits_for is not None:
        raise JobRefused(f"{kind.label_fr} : {waits_for or 'ne concerne pas ce don'}.")
    reuse = Reuse.of(facts.devices)
    papers = [Paper(WRITE[kind](facts), subject_of(kind, donation_id), _counts_few(kind, reuse))]
    if kind in TO_SHARE and reuse.hidden:
        share = proof.to_share if kind is DocumentKind.PROOF else erasure.to_share
        papers.append(Paper(share(facts, reuse), link_subject(donation_id, kind), few=False))
    await _issue(work, kind, facts.donation.donor_id, donation_id, papers)


def _counts_few(kind: DocumentKind, reuse: Reuse) -> bool | None:
    """Whether a paper tells of fewer than five people; None for those that no link opens."""
    return None if kind not in SHARED else bool(reuse.hidden)


async def _draw_certificate(work: Work, lot_id: UUID) -> None:
    """The certificate of erasure of a lot."""
    async with work.database.read() as session:
        facts = await facts_of_lot(session, lot_id)
    _bound(facts.devices)
    if not any(device.erased_at for device in facts.devices):
        raise JobRefused(f"{DocumentKind.ERASURE.label_fr} : {FIRST_ERASURE}.")
    lot = facts.lot
    content = erasure.of_lot(facts)
    papers = [Paper(content, lot_subject(lot_id))]
    await _issue(work, DocumentKind.ERASURE, lot.donor_id, lot.donation_id, papers)


def _bound(devices: Sequence[DeviceOut]) -> None:
    if len(devices) > MOST_DEVICES:
        raise JobRefused(
            f"Un document a au plus {number(MOST_DEVICES)} équipements ; le suivi par numéro de série les a tous."
        )


async def _issue(
    work: Work, kind: DocumentKind, donor_id: UUID, donation_id: UUID | None, papers: Sequence[Paper]
) -> None:
    async with work.database.unit_of_work() as session:
        documents = DocumentRepository.from_session(session)
        for paper in papers:
            said = digest(paper.content)
            if (known := await documents.newest_with(paper.subject, said)) is not None:
                await documents.know(known, few=paper.few)
                continue
            issued_at = now()
            on = day_of(issued_at)
            numbered = await documents.next_number_for_update(kind, on.year)
            code = new_code()
            stamp = Stamp(numbered[1], on, full_day(on), code, work.claim.input["verify"] + code)
            pdf = await paper_pdf(paper.content, stamp)
            sha256 = hashlib.sha256(pdf).hexdigest()
            await documents.keep(
                *(donor_id, donation_id, kind, paper.subject, on, numbered, code, said, sha256, pdf, issued_at),
                few=paper.few,
            )
        await JobRepository.from_session(session).finish(work.claim)


def digest(content: Content) -> str:
    """Of what a document says, whatever its number and day are."""
    data: dict[str, Any] = as_data(content, _NO_STAMP) | {"at": None}
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
