"""Pages of media and erasures: declare a disk, report its erasure, print the certificate."""

import asyncio
import base64
import binascii
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.catalogue.grades import StorageKind
from filiere.web import (
    FieldError,
    Form,
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
from filiere.web.request_limits import MIB, body_limit
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from refurbish.devices import service as devices
from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.repository import DeviceRepository
from refurbish.erasure import service
from refurbish.erasure.certificate import certificates, day_and_hour
from refurbish.erasure.errors import NotADisk
from refurbish.erasure.evidence import Reading, evidence_text, read_report
from refurbish.erasure.repository import ErasureRepository
from refurbish.erasure.schemas import MAX_EVIDENCE, NewErasure, NewMedium
from refurbish.tenancy import AT_WORK, workshops_of
from refurbish.workshops.repository import WorkshopRepository

router = page_router("/equipements")

KINDS = {kind.value: kind.label_fr for kind in StorageKind if kind is not StorageKind.NONE}
LEVELS = {level.value: level.label_fr for level in Level}


class MediumForm(BaseModel):
    """One disk, typed at the bench."""

    kind: StorageKind
    serial: str | None = Field(default=None, max_length=100)
    size_gb: float | None = Field(default=None, gt=0, le=100_000)


class ErasureForm(BaseModel):
    """The report of an erasure, typed at the bench. Somebody else verifies it, as herself (`verifications`)."""

    result: ErasureResult
    level: Level
    method: str = Field(min_length=1, max_length=200)
    tool: str = Field(min_length=1, max_length=100)
    tool_version: str = Field(min_length=1, max_length=50)
    evidence: str | None = Field(default=None, max_length=MAX_EVIDENCE)


# The report while its form is on the screen: its very bytes, which a field of text would not keep.
KEPT = "report64"
MAX_KEPT = 4 * MAX_EVIDENCE * 4 // 3 + 4


@router.get("/{device_id}/supports", name="device_media")
async def media_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession,
    kind: Annotated[str, Query(alias="nature")] = "",
) -> Response:  # fmt: skip
    """Ask which disk, or for the statement that there is none."""
    device = await devices.find(session, principal, device_id)
    return _media_page(request, principal, device, Form({"kind": kind} if kind in KINDS else {}), kind)


@router.post("/{device_id}/supports", name="device_media")
async def declare_medium(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """A disk was seen, or there is none."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, MediumForm)
    if form.is_valid:
        async with attempt(request, form):
            await service.declare_media(session, principal, device_id, [_medium(form.data)])
            flash(request, gettext("C'est noté."))
            return redirect(path("device", device_id=device_id))
    return _media_page(request, principal, device, form, str(form.values.get("kind", "")), status=422)


@router.get("/{device_id}/effacer/{serial}", name="erase_medium")
async def erasure_page(
    request: Request, device_id: UUID, serial: str, principal: Annotated[Principal, AT_WORK], session: ReadSession,
    level: Annotated[str, Query(alias="niveau")] = "",
) -> Response:  # fmt: skip
    """Ask for the report of one disk."""
    device = await devices.find(session, principal, device_id)
    medium = await _find_medium(session, device, serial)
    values = _usual(medium, level)
    if level != Level.DESTROY:
        erasures = ErasureRepository.from_session(session)
        used = await erasures.last_used(workshops_of(principal), principal.subject, medium.kind)
        values = used._asdict() if used is not None else values
    return _erasure_page(request, principal, device, medium, Form(values))


@router.post("/{device_id}/effacer/{serial}", name="erase_medium", openapi_extra=body_limit(4 * MIB))
async def record_erasure(
    request: Request, device_id: UUID, serial: str, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """The report of one disk; or only its file, to fill the form with what it says."""
    device = await devices.find(session, principal, device_id)
    medium = await _find_medium(session, device, serial)
    submitted = await request.form()
    if submitted.get("read"):
        typed = {name: text for name, text in submitted.items() if isinstance(text, str) and name != "result"}
        return await _filled(request, principal, device, medium, Form(typed))
    form = await read_form(request, ErasureForm)
    if form.is_valid:
        async with attempt(request, form):
            report = _report(form.data, medium, await _attached(request))
            await service.record_erasure(session, principal, device_id, report)
            if form.data.result is ErasureResult.SUCCESS:
                flash(request, gettext("Le rapport est enregistré. Un collègue doit maintenant le vérifier."))
            else:
                flash(request, gettext("Le rapport est enregistré."))
            return redirect(path("device", device_id=device_id))
    await _keep_report(request, form)
    return _erasure_page(request, principal, device, medium, form, status=422)


@router.get("/{device_id}/certificat", name="erasure_certificate")
async def certificate_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """One certificate per disk, to print and sign."""
    device = await devices.find(session, principal, device_id)
    media = await DeviceRepository.from_session(session).media(device.id)
    erasures = await ErasureRepository.from_session(session).of_device(device.id)
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), device.workshop_id)
    return page(
        request, "erasure/templates/certificate.html", principal=principal, device=device, workshop=workshop,
        certificates=certificates(media, erasures), wiped=sum(medium.is_wiped for medium in media), media=media,
        day_and_hour=day_and_hour,
    )  # fmt: skip


@router.get("/{device_id}/effacements/{erasure_id}.txt", name="erasure_report")
async def evidence(
    device_id: UUID, erasure_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The tool's own report, as it was sent."""
    found = await ErasureRepository.from_session(session).evidence(workshops_of(principal), erasure_id)
    if found is None:
        raise DeviceNotFound(device_id)
    headers = {"content-disposition": f'attachment; filename="{erasure_id}.txt"', "cache-control": "private, no-store"}
    return Response(found, media_type="text/plain; charset=utf-8", headers=headers)


async def _find_medium(session: ReadSession, device: Device, serial: str) -> Medium:
    media = await DeviceRepository.from_session(session).media(device.id)
    medium = next((one for one in media if one.serial == serial), None)
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


def _report(form: ErasureForm, medium: Medium, attached: str | None) -> NewErasure:
    return NewErasure(
        **form.model_dump(exclude={"evidence"}),
        medium_serial=medium.serial,
        evidence=attached or form.evidence,
    )


async def _attached(request: Request) -> str | None:
    """The text of the attached report, whole. Raises what `evidence_text` does."""
    return evidence_text(await _report_as_it_came(request))


async def _report_as_it_came(request: Request) -> bytes:
    """The file that is sent, or the one that this page has kept; empty when there is none."""
    submitted = await request.form()
    upload, kept = submitted.get("report"), submitted.get(KEPT)
    if isinstance(upload, UploadFile) and upload.filename:
        await upload.seek(0)
        return await upload.read(MAX_EVIDENCE + 1)
    if not isinstance(kept, str) or len(kept) > MAX_KEPT:
        return b""
    try:
        return base64.b64decode(kept, validate=True)
    except binascii.Error:
        return b"\0"  # this page never wrote it: no text


async def _filled(
    request: Request, principal: Principal, device: Device, medium: Medium, form: Form[ErasureForm]
) -> Response:
    """The form with what the attached report says of itself; how it ended is said beside it, and a person decides."""
    reading: Reading | None = None
    async with attempt(request, form):
        text = await _attached(request)
        if text is not None:
            reading = await asyncio.to_thread(read_report, text, medium.serial)
            said = {name: getattr(reading, name) for name in ("tool", "tool_version", "method", "level")}
            filled = {name: str(value) for name, value in said.items() if value is not None}
            form.values = {**form.values, **filled, KEPT: base64.b64encode(text.encode()).decode()}
    return _erasure_page(request, principal, device, medium, form, reading=reading, status=422 if form.errors else 200)


async def _keep_report(request: Request, form: Form[ErasureForm]) -> None:
    """A refused form shows its file again: nobody looks for it twice."""
    raw = await _report_as_it_came(request)
    is_usable = len(raw) <= MAX_EVIDENCE and b"\0" not in raw
    form.values = {**form.values, KEPT: base64.b64encode(raw).decode() if is_usable else ""}


def _media_page(
    request: Request, principal: Principal, device: Device, form: Form[MediumForm], kind: str, *, status: int = 200
) -> Response:
    template = "none" if kind == StorageKind.NONE.value else "media"
    return page(
        request, f"erasure/templates/{template}.html", principal=principal, device=device, form=form, kinds=KINDS,
        status=status,
    )  # fmt: skip


def _erasure_page(
    request: Request,
    principal: Principal,
    device: Device,
    medium: Medium,
    form: Form[ErasureForm],
    *,
    reading: Reading | None = None,
    status: int = 200,
) -> Response:
    if "evidence" in form.errors:
        form.errors["report"] = form.errors.pop("evidence")  # on the page it comes as a file
    return page(
        request, "erasure/templates/erase.html", principal=principal, device=device, medium=medium, form=form,
        levels=LEVELS, reading=reading, kept=form.values.get(KEPT, ""), status=status,
    )  # fmt: skip
