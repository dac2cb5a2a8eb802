"""Pages of media and erasures: declare a disk, report its erasure, print the certificate."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import PARIS, now
from filiere.catalogue.grades import StorageKind
from filiere.database import AsyncSession
from filiere.documents.paper import Stamp, paper_pdf
from filiere.identifiers import uuid7
from filiere.web import (
    FieldError,
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from filiere.web.addresses import whole_path
from filiere.web.app_state import app_state
from filiere.web.bounded_types import Figure
from filiere.web.downloads import as_download, attached, files_of
from filiere.web.formats import full_day
from filiere.web.request_limits import UPLOAD, body_limit
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from refurbish.announcements.repository import AnnouncementRepository
from refurbish.devices import service as devices
from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere
from refurbish.devices.repository import DeviceRepository
from refurbish.erasure import service
from refurbish.erasure.certificate import certificates, day_and_hour
from refurbish.erasure.errors import NotADisk
from refurbish.erasure.exits.repository import ExitRepository
from refurbish.erasure.paper import written
from refurbish.erasure.reports import service as reports
from refurbish.erasure.reports.questions import Question, questions, refusal
from refurbish.erasure.reports.repository import KeptReport
from refurbish.erasure.repository import Elsewhere, ErasureRepository
from refurbish.erasure.schemas import NewErasure, NewMedium
from refurbish.erasure.this_bench import remember, remembered
from refurbish.tenancy import AT_WORK, person, workshops_of
from refurbish.workshops.repository import WorkshopRepository

router = page_router("/equipements")

KINDS = {kind.value: kind.label_fr for kind in StorageKind if kind is not StorageKind.NONE}
LEVELS = {level.value: level.label_fr for level in Level}


class MediumForm(BaseModel):
    """One disk, typed at the bench."""

    kind: StorageKind
    serial: str | None = Field(default=None, max_length=100)
    size_gb: Annotated[float, Field(gt=0, le=100_000), Figure] | None = None
    # Of the page: pressed twice, or sent again from the Back button, it is one disk.
    medium_id: UUID | None = None


class ErasureForm(BaseModel):
    """The report of an erasure, typed at the bench. Somebody else verifies it, as herself (`verifications`)."""

    result: ErasureResult
    level: Level
    method: str = Field(min_length=1, max_length=200)
    tool: str = Field(min_length=1, max_length=100)
    tool_version: str = Field(min_length=1, max_length=50)
    report_id: UUID | None = None
    despite: list[Annotated[str, Field(max_length=20)]] = Field(default_factory=list, max_length=20)


@router.get("/{device_id}/supports", name="device_media")
async def media_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession,
    kind: Annotated[str, Query(alias="nature")] = "",
) -> Response:  # fmt: skip
    """Ask which disk, or for the statement that there is none."""
    device = await devices.find(session, principal, device_id)
    values = {"kind": kind} if kind in KINDS else {}
    # What the donor announced, for the first disk; a second one is another.
    said = await AnnouncementRepository.from_session(session).of_device(device.id)
    if said.storage_gb and not await DeviceRepository.from_session(session).media(device.id):
        values["size_gb"] = f"{said.storage_gb:g}"
    return _media_page(request, principal, device, Form(values), kind)


@router.post("/{device_id}/supports", name="device_media")
async def declare_medium(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """A disk was seen, or there is none."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, MediumForm)
    if form.is_valid:
        async with attempt(request, form):
            await service.add_disk(session, principal, device_id, _medium(form.data), form.data.medium_id or uuid7())
            flash(request, gettext("C'est noté."))
            return redirect(path("device", device_id=device_id))
    return _media_page(request, principal, device, form, str(form.values.get("kind", "")), status=422)


@router.get("/{device_id}/effacer/{serial}", name="erase_medium")
async def erasure_page(
    request: Request, device_id: UUID, serial: str, principal: Annotated[Principal, AT_WORK], session: ReadSession,
    level: Annotated[str, Query(alias="niveau")] = "",
    report_id: Annotated[UUID | None, Query(alias="rapport")] = None,
) -> Response:  # fmt: skip
    """Ask for the report of one disk; `rapport`: one that was sent for another disk of the same shelf."""
    device = await devices.find(session, principal, device_id)
    medium = await _find_medium(session, device, serial)
    values = _usual(medium, level)
    if level != Level.DESTROY:
        erasures = ErasureRepository.from_session(session)
        used = await erasures.last_used(
            workshops_of(principal), principal.subject, medium.kind, remembered(request, medium.kind)
        )
        values = used._asdict() if used is not None else values
    form = Form[ErasureForm](values)
    kept = await reports.find(session, principal, report_id) if report_id is not None else None
    if kept is not None:
        _fill(form, medium, kept)
    return await _erasure_page(request, principal, session, device, medium, form, kept=kept)


@router.post("/{device_id}/effacer/{serial}", name="erase_medium", openapi_extra=body_limit(UPLOAD))
async def record_erasure(
    request: Request,
    device_id: UUID,
    serial: str,
    principal: Annotated[Principal, AT_WORK],
    database: OwnSessions,
    session: WriteSession,
) -> Response:
    """The report of one disk; or only its file, to fill the form with what it says."""
    submitted = await request.form()
    upload = submitted.get("report")
    # Read and kept first: no connection is held while bytes go by.
    # In units of work of its own: a form that is refused shows its file again.
    kept: KeptReport | None = None
    unread = Form[ErasureForm]()
    async with attempt(request, unread):
        if isinstance(upload, UploadFile) and upload.filename:
            files = await files_of(request)
            kept = await reports.take_in_whole(database, files, principal, device_id, upload.filename, upload)
    device = await devices.find(session, principal, device_id)
    medium = await _find_medium(session, device, serial)
    form = await read_form(request, ErasureForm, lists=("despite",))
    if unread.errors or submitted.get("read"):
        form = Form[ErasureForm]({key: said for key, said in form.values.items() if key != "result"}, unread.errors)
    kept = kept or await _kept_before(session, principal, form)
    if submitted.get("read") and kept is not None:
        _fill(form, medium, kept)
    if not unread.errors and not submitted.get("read") and form.is_valid:
        async with attempt(request, form):
            await service.record_erasure(session, principal, device_id, _report(form.data, medium, kept))
            if form.data.result is ErasureResult.SUCCESS:
                colleague = await ErasureRepository.from_session(session).last_verifier(
                    workshops_of(principal), principal.subject, person(principal), remembered(request, medium.kind)
                )
                said = gettext("Le rapport est enregistré. Un collègue doit maintenant le vérifier.")
                last = gettext("La dernière fois, c'était {person}.").format(person=colleague) if colleague else ""
                flash(request, f"{said} {last}".strip())
            else:
                flash(request, gettext("Le rapport est enregistré."))
            there = redirect(await _next(session, device, medium, kept))
            if form.data.result is not ErasureResult.SUCCESS or form.data.level is Level.DESTROY:
                return there  # a disk that failed or was shredded tells the next one no tool
            latest = await ErasureRepository.from_session(session).latest(device.id, medium.serial)
            return remember(request, there, medium.kind, latest.id) if latest is not None else there
    status = 422 if form.errors or not submitted.get("read") else 200
    return await _erasure_page(request, principal, session, device, medium, form, kept=kept, status=status)


@router.get("/{device_id}/certificat", name="erasure_certificate")
async def certificate_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """One certificate per disk, to print and sign."""
    device = await devices.find(session, principal, device_id)
    found = DeviceRepository.from_session(session)
    media, gone = await found.media_and_gone(device.id)
    exits = ExitRepository.from_session(session)
    before = await exits.elsewhere(workshops_of(principal), device.id, [one.serial for one in [*media, *gone]])
    left = {one.medium_id: one for one in await exits.of_device(device.id) if one.is_gone}
    kept = [one for one in gone if not left[one.id].reason.is_mistake]
    erasures = await ErasureRepository.from_session(session).of_device(device.id)
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), device.workshop_id)
    return page(
        request, "erasure/templates/certificate.html", principal=principal, device=device, workshop=workshop,
        certificates=certificates([*media, *kept], erasures), left=left, before=before,
        mistakes=[one for one in left.values() if one.reason.is_mistake],
        wiped=sum(medium.is_wiped for medium in media), media=media,
        day_and_hour=day_and_hour,
    )  # fmt: skip


@router.get("/{device_id}/certificat/{serial}.pdf", name="medium_certificate")
async def medium_certificate(
    request: Request, device_id: UUID, serial: str, principal: Annotated[Principal, AT_WORK], database: OwnSessions
) -> Response:
    """One disk's certificate on paper. Read first: no connection is held while it is drawn."""
    async with database.read() as session:
        device = await devices.find(session, principal, device_id)
        medium = await _find_medium(session, device, serial)
        erasures = await ErasureRepository.from_session(session).of_device(device.id)
        exits = await ExitRepository.from_session(session).of_device(device.id)
        workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), device.workshop_id)
    [one] = certificates([medium], erasures)
    gone = next((left for left in exits if left.is_gone and left.medium_id == medium.id), None)
    counts = one.erasure.erased_at if one.erasure else now()
    on = counts.astimezone(PARIS).date()
    address = whole_path(app_state(request).settings.public_url, "erasure_certificate", device_id=device_id)
    opens = gettext("La page du certificat :")
    stamp = Stamp(device.label, on, full_day(on), device.label, address, opens=opens)
    pdf = await paper_pdf(written(device, workshop, one, gone), stamp)
    name = f"certificat {device.label} {serial}.pdf"
    return Response(pdf, media_type="application/pdf", headers=attached(name))


@router.get("/{device_id}/effacements/{erasure_id}.txt", name="erasure_report")
async def evidence(
    device_id: UUID, erasure_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The tool's own report, as it was sent."""
    found = await ErasureRepository.from_session(session).evidence(workshops_of(principal), erasure_id)
    if found is None:
        raise DeviceNotFound(device_id)
    return Response(found, media_type="text/plain; charset=utf-8", headers=attached(f"{erasure_id}.txt"))


@router.get("/{device_id}/rapports/{report_id}", name="erasure_report_file")
async def report_file(
    request: Request, device_id: UUID, report_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The tool's own file, byte for byte."""
    await devices.find(session, principal, device_id)
    found, pieces = await reports.read(session, await files_of(request), principal, report_id)
    return as_download(found.name, found.media_type, pieces, size=found.size)


async def _find_medium(session: ReadSession, device: Device, serial: str) -> Medium:
    media, gone = await DeviceRepository.from_session(session).media_and_gone(device.id)
    medium = next((one for one in [*media, *gone] if one.serial == serial), None)
    if medium is None:
        raise DeviceNotFound(serial)
    return medium


def _usual(medium: Medium, level: str) -> dict[str, str]:
    """What is usually typed for this kind of disk, so that most people only press the button."""
    if level == Level.DESTROY:
        return {
            "level": "destroy",
            "method": gettext("Perçage ou broyage"),
            "tool": gettext("Broyeur"),
            "tool_version": "–",
        }
    if medium.kind is StorageKind.HDD:
        return {"level": "clear", "method": gettext("Écrasement, une passe"), "tool": "nwipe", "tool_version": ""}
    if medium.kind is StorageKind.NVME:
        return {"level": "purge", "method": "NVMe format, crypto erase", "tool": "nvme-cli", "tool_version": ""}
    if medium.kind is StorageKind.EMMC:
        return {
            "level": "purge", "method": gettext("Chiffrement puis réinitialisation"),
            "tool": gettext("Réglages de l'appareil"), "tool_version": "",
        }  # fmt: skip
    return {"level": "purge", "method": "ATA secure erase", "tool": "hdparm", "tool_version": ""}


def _medium(form: MediumForm) -> NewMedium:
    try:
        return NewMedium(kind=form.kind, serial=form.serial, size_gb=form.size_gb)
    except ValidationError as error:
        sentence = str(error.errors()[0].get("ctx", {}).get("error", ""))
        raise NotADisk(sentence, errors=[FieldError("serial", sentence)]) from error


def _report(form: ErasureForm, medium: Medium, kept: KeptReport | None) -> NewErasure:
    said = form.model_dump(exclude={"report_id"})
    return NewErasure(**said, medium_serial=medium.serial, report_id=kept.id if kept else None)


async def _kept_before(session: AsyncSession, principal: Principal, form: Form[ErasureForm]) -> KeptReport | None:
    """The report that this page already had."""
    try:
        report_id = UUID(str(form.values.get("report_id") or ""))
    except ValueError:
        return None
    return await reports.find(session, principal, report_id)


def _fill(form: Form[ErasureForm], medium: Medium, kept: KeptReport) -> None:
    """The form with what the report says; how it ended is said beside it, and a person decides."""
    said = kept.said.of(medium.serial)
    filled = {"tool": kept.said.tool, "tool_version": kept.said.tool_version}
    if said is not None:
        filled |= {"method": said.method, "level": said.level.value if said.level else None}
    form.values = {**form.values, **{name: value for name, value in filled.items() if value is not None}}


async def _next(session: AsyncSession, device: Device, medium: Medium, kept: KeptReport | None) -> str:
    """The next disk of the device of which the same report speaks, else the device."""
    for other in await DeviceRepository.from_session(session).media(device.id) if kept is not None else []:
        is_open = not other.is_wiped and not other.unverified and not other.failed and other.id != medium.id
        if kept is not None and is_open and kept.said.of(other.serial) is not None:
            return path("erase_medium", device_id=device.id, serial=other.serial, rapport=kept.id)
    return path("device", device_id=device.id)


def _media_page(
    request: Request, principal: Principal, device: Device, form: Form[MediumForm], kind: str, *, status: int = 200
) -> Response:
    template = "none" if kind == StorageKind.NONE.value else "media"
    if not device.stage.is_present:
        template = "not_now"  # nothing typed here could be taken
    return page(
        request, f"erasure/templates/{template}.html", principal=principal, device=device, form=form, kinds=KINDS,
        status=status, medium_id=uuid7(), why=DeviceNotHere(device).detail,
    )  # fmt: skip


async def _erasure_page(
    request: Request,
    principal: Principal,
    session: ReadSession | AsyncSession,
    device: Device,
    medium: Medium,
    form: Form[ErasureForm],
    *,
    kept: KeptReport | None = None,
    status: int = 200,
) -> Response:
    if "evidence" in form.errors:
        form.errors["report"] = form.errors.pop("evidence")  # on the page it comes as a file
    asked: list[Question] = []
    refused: str | None = None
    elsewhere: list[Elsewhere] = []
    if kept is not None:
        asked = questions(kept.said, medium, arrived_at=device.here_since, now=now(), tool=kept.said.tool)
        level = form.values.get("level")
        refused = refusal(kept.said, medium.serial, Level(level) if level in set(Level) else Level.CLEAR)
        strangers = reports.strangers(await DeviceRepository.from_session(session).media(device.id), kept.said)
        elsewhere = await ErasureRepository.from_session(session).elsewhere(workshops_of(principal), strangers)
    return page(
        request, "erasure/templates/erase.html", principal=principal, device=device, medium=medium, form=form,
        levels=LEVELS, kept=kept, said=kept.said.of(medium.serial) if kept else None, asked=asked, refused=refused,
        elsewhere=elsewhere, status=status,
    )  # fmt: skip
