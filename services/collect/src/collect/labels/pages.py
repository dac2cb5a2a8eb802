"""Pages of labels: a sheet at a time to print from the browser, all of them as PDF."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response
from filiere.documents.labels import LABEL_PAGE, PER_SHEET
from filiere.documents.qr import draw
from filiere.identifiers import uuid7
from filiere.jobs.repository import JobRepository, JobState
from filiere.web import (
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    flash,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.addresses import whole_path
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from pydantic import BaseModel, Field

from collect.devices.errors import DeviceNotFound
from collect.devices.history.service import written
from collect.devices.repository import DeviceRepository
from collect.donations.service import get as get_donation
from collect.labels.job import KIND
from collect.labels.manifest import MANIFEST
from collect.labels.sheets import Part, Whose, label_of, parts_of
from collect.lots.service import get as get_lot
from collect.lots.service import manifest_key
from collect.tenancy import donors_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
MOST_PAGES = 100_000
PageNumber = Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)]
Tape = Annotated[bool, Query(alias="ruban")]
Printed = Annotated[str | None, Query(alias="etat", pattern=r"^[0-9]{1,9}-[0-9a-f]{1,16}$")]
"""The fingerprint that a page was shown with: it asks how far its PDFs are, every two seconds, not what devices say."""
PartNumber = Annotated[int, Query(ge=1, le=MOST_PAGES)]


class PartForm(BaseModel):
    part: int = Field(ge=1, le=MOST_PAGES)
    tape: bool = False


@router.get("/dons/{donation_id}/etiquettes", name="donation_labels")
async def of_donation(
    request: Request,
    donation_id: UUID,
    principal: Donor,
    session: ReadSession,
    number: PageNumber = 1,
    printed: Printed = None,
) -> Response:
    """Labels to print before the pickup."""
    return await _sheet(request, principal, session, await _donation(session, donation_id, principal, printed), number)


@router.post("/dons/{donation_id}/etiquettes", name="donation_labels")
async def ask_of_donation(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    """Ask for a PDF of them."""
    return await _ask(request, principal, session, await _donation(session, donation_id, principal))


@router.get("/dons/{donation_id}/etiquettes.pdf", name="donation_labels_pdf")
async def pdf_of_donation(
    donation_id: UUID, principal: Donor, session: ReadSession, part: PartNumber = 1, tape: Tape = False
) -> Response:
    """A PDF that is ready."""
    return await _pdf(session, await _donation(session, donation_id, principal), part, tape=tape)


@router.get("/lots/{lot_id}/etiquettes", name="lot_labels")
async def of_lot(
    request: Request,
    lot_id: UUID,
    principal: Donor,
    session: ReadSession,
    number: PageNumber = 1,
    printed: Printed = None,
) -> Response:
    """The lot's labels, to print again."""
    return await _sheet(request, principal, session, await _lot(session, lot_id, principal, printed), number)


@router.post("/lots/{lot_id}/etiquettes", name="lot_labels")
async def ask_of_lot(request: Request, lot_id: UUID, principal: Donor, session: WriteSession) -> Response:
    """Ask for a PDF of them."""
    return await _ask(request, principal, session, await _lot(session, lot_id, principal))


@router.get("/lots/{lot_id}/etiquettes.pdf", name="lot_labels_pdf")
async def pdf_of_lot(
    lot_id: UUID, principal: Donor, session: ReadSession, part: PartNumber = 1, tape: Tape = False
) -> Response:
    """A PDF that is ready."""
    return await _pdf(session, await _lot(session, lot_id, principal), part, tape=tape)


@router.get("/equipements/{label}/etiquette", name="device_labels")
async def of_device(
    request: Request, label: str, principal: Donor, session: ReadSession, printed: Printed = None
) -> Response:
    """One label again."""
    return await _sheet(request, principal, session, await _device(session, label, principal, printed), 1)


@router.post("/equipements/{label}/etiquette", name="device_labels")
async def ask_of_device(request: Request, label: str, principal: Donor, session: WriteSession) -> Response:
    """Ask for it on tape."""
    return await _ask(request, principal, session, await _device(session, label, principal))


@router.get("/equipements/{label}/etiquette.pdf", name="device_labels_pdf")
async def pdf_of_device(
    label: str, principal: Donor, session: ReadSession, part: PartNumber = 1, tape: Tape = False
) -> Response:
    """A PDF that is ready."""
    return await _pdf(session, await _device(session, label, principal), part, tape=tape)


async def _device(session: ReadSession, label: str, principal: Principal, printed: str | None = None) -> Whose:
    device = await DeviceRepository.from_session(session).by_label(donors_of(principal), written(label))
    if device is None:
        raise DeviceNotFound(label)
    back = (device.label, path("device", label=device.label))
    title = _("Étiquette %(label)s") % {"label": device.label}
    whose = Whose(title, back, path("device_labels", label=device.label), device_id=device.id)
    return await _as_they_are(session, whose, principal, printed)


async def _donation(session: ReadSession, donation_id: UUID, principal: Principal, printed: str | None = None) -> Whose:
    donation = await get_donation(session, donation_id, principal)
    title = _("Étiquettes du don %(reference)s") % {"reference": donation.reference}
    back = (donation.reference, path("donation", donation_id=donation.id))
    whose = Whose(title, back, path("donation_labels", donation_id=donation.id), donation_id=donation.id)
    return await _as_they_are(session, whose, principal, printed)


async def _lot(session: ReadSession, lot_id: UUID, principal: Principal, printed: str | None = None) -> Whose:
    lot = await get_lot(session, lot_id, principal)
    title = _("Étiquettes du lot %(code)s") % {"code": lot.code}
    whose = Whose(title, (lot.code, path("lot", lot_id=lot.id)), path("lot_labels", lot_id=lot.id), lot_id=lot.id)
    return await _as_they_are(session, whose, principal, printed)


async def _as_they_are(session: ReadSession, whose: Whose, principal: Principal, printed: str | None) -> Whose:
    """With the fingerprint of its devices, unless a page has it already."""
    now = printed or await DeviceRepository.from_session(session).printed(
        donors_of(principal), whose.donation_id, whose.lot_id, whose.device_id
    )
    return replace(whose, printed=now)


async def _sheet(request: Request, principal: Principal, session: ReadSession, whose: Whose, number: int) -> Response:
    devices = DeviceRepository.from_session(session)
    total = await devices.how_many(donors_of(principal), whose.donation_id, whose.lot_id, whose.device_id)
    sheets = max(-(-total // PER_SHEET), 1)
    number = min(number, sheets)
    shown = await devices.to_print(
        donors_of(principal),
        whose.donation_id,
        whose.lot_id,
        whose.device_id,
        limit=PER_SHEET,
        offset=(number - 1) * PER_SHEET,
    )
    items = [label_of(device, _address(request)) for device in shown]
    await draw(text for _code, text, _words in items)
    parts = await _with_states(session, whose, parts_of(total))
    return page(
        request,
        "labels/templates/labels.html",
        principal=principal,
        title=whose.title,
        back=whose.back,
        address=whose.address,
        printed=whose.printed,
        items=items,
        total=total,
        number=number,
        sheets=sheets,
        parts=parts,
        is_waited_for=any(part.state is not None and part.state.is_open for part in parts),
    )


async def _ask(request: Request, principal: Principal, session: WriteSession, whose: Whose) -> Response:
    form = await read_form(request, PartForm)
    devices = DeviceRepository.from_session(session)
    total = await devices.how_many(donors_of(principal), whose.donation_id, whose.lot_id, whose.device_id)
    wanted, tape = (form.data.part, form.data.tape) if form.is_valid else (0, False)
    if (wanted, tape) in {(part.number, part.tape) for part in parts_of(total)}:
        job_input: dict[str, Any] = {
            "donation_id": str(whose.donation_id) if whose.donation_id else None,
            "lot_id": str(whose.lot_id) if whose.lot_id else None,
            "device_id": str(whose.device_id) if whose.device_id else None,
            "part": wanted,
            "tape": tape,
            "address": _address(request),
        }
        await JobRepository.from_session(session).ask(uuid7(), KIND, whose.part_key(wanted, tape=tape), job_input)
    return redirect(whose.address)


async def _pdf(session: ReadSession, whose: Whose, part: int, *, tape: bool) -> Response:
    jobs = JobRepository.from_session(session)
    job = await jobs.newest(KIND, whose.part_key(part, tape=tape))
    pdf = await jobs.result(job.id) if job is not None and job.state is JobState.DONE else None
    if pdf is None:  # not asked for, not ready, or forgotten since
        return redirect(whose.address)
    kind = "ruban" if tape else "etiquettes"
    return Response(pdf, media_type="application/pdf", headers=attached(f"{kind}-{whose.back[0]}-{part}.pdf"))


async def _with_states(session: ReadSession, whose: Whose, parts: list[Part]) -> list[Part]:
    """The parts, with how far each is that was asked for: a hundred of a large donation, by one query."""
    jobs = await JobRepository.from_session(session).newest_of(
        KIND, [whose.part_key(part.number, tape=part.tape) for part in parts]
    )
    asked = ((part, jobs.get(whose.part_key(part.number, tape=part.tape))) for part in parts)
    return [replace(part, state=job.state, failure=job.failure) if job else part for part, job in asked]


def _address(request: Request) -> str:
    return f"{app_state(request).settings.refurbish_url.rstrip('/')}{LABEL_PAGE}"


@router.post("/lots/{lot_id}/manifeste", name="lot_manifest")
async def ask_manifest(request: Request, lot_id: UUID, principal: Donor, session: WriteSession) -> Response:
    """Ask for the manifest as PDF."""
    lot = await get_lot(session, lot_id, principal)
    address = whole_path(app_state(request).settings.public_url, "lot", lot_id=lot.id)
    asked = {"lot_id": str(lot.id), "address": address}
    await JobRepository.from_session(session).ask(uuid7(), MANIFEST, await manifest_key(session, lot, principal), asked)
    flash(request, _("Le manifeste se prépare : il se télécharge ici dans un instant."))
    return redirect(path("lot", lot_id=lot.id))


@router.get("/lots/{lot_id}/manifeste.pdf", name="lot_manifest_pdf")
async def manifest_pdf(lot_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """The manifest, when it is ready; else back to the lot."""
    lot = await get_lot(session, lot_id, principal)
    jobs = JobRepository.from_session(session)
    job = await jobs.newest(MANIFEST, await manifest_key(session, lot, principal))
    pdf = await jobs.result(job.id) if job is not None and job.state is JobState.DONE else None
    if pdf is None:
        return redirect(path("lot", lot_id=lot.id))
    return Response(pdf, media_type="application/pdf", headers=attached(f"manifeste-{lot.code}.pdf"))
