"""The page of grading: what is known is filled in, the rules do the rest."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Cosmetic, StorageKind
from filiere.catalogue.grading import DeviceFacts, PhoneState, Storage
from filiere.web import (
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
from filiere.web.bounded_types import Figure
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from refurbish.announcements.repository import Announcement, AnnouncementRepository
from refurbish.audits.known import NOTHING
from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.stages import Stage
from refurbish.grading import service
from refurbish.grading.repository import GradingRepository
from refurbish.grading.schemas import NewGrade, Year
from refurbish.looks.repository import LookRepository
from refurbish.looks.zones import propose
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")
COSMETICS = {cosmetic.value: f"{cosmetic.value} — {cosmetic.label_fr}" for cosmetic in Cosmetic}


class GradeForm(BaseModel):
    """What a technician adds to what the inventory knows."""

    cosmetic: Cosmetic
    ram_gb: Annotated[float, Field(ge=0, le=4096), Figure] | None = None
    storage_kind: StorageKind | None = None
    storage_gb: Annotated[float, Field(gt=0, le=100_000), Figure] | None = None
    cpu_mark: Annotated[int, Field(ge=0, le=500_000), Figure] | None = None
    cpu: str | None = Field(default=None, max_length=200)
    year: Year | None = None
    os: str | None = Field(default=None, max_length=100)
    antutu: Annotated[int, Field(ge=0, le=100_000_000), Figure] | None = None
    battery_percent: Annotated[float, Field(ge=0, le=150), Figure] | None = None
    minor_defect: bool = False

    def command(self) -> NewGrade:
        storage = None
        if self.storage_gb is not None:
            storage = [Storage(kind=self.storage_kind or StorageKind.UNKNOWN, size_gb=self.storage_gb)]
        values = self.model_dump(exclude={"storage_kind", "storage_gb"}, exclude_none=True)
        return NewGrade(**values, storage=storage, phone_state=PhoneState.REFURBISHED)


@router.get("/{device_id}/classer", name="grade_device")
async def grade_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Ask for what is not known yet."""
    device = await devices.find(session, principal, device_id)
    known = await _known(session, device)
    machine = await service.machine_of(session, device)
    before = await GradingRepository.from_session(session).of_device(device.id)
    is_audited = machine != NOTHING.facts
    said = Announcement() if is_audited else await AnnouncementRepository.from_session(session).of_device(device.id)
    values = {"ram_gb": _text(known.ram_gb or said.ram_gb), "cpu": known.cpu or ""}
    if said.year:
        values["year"] = str(said.year)
    if said.storage_gb and not known.storage:
        values["storage_gb"] = _text(said.storage_gb)
    if machine.battery_percent:
        values["battery_percent"] = _text(machine.battery_percent)
    if before is not None:
        values = _again(values, _written(before, is_storage_known=bool(known.storage)), device)
    proposal = propose(device.category, (await LookRepository.from_session(session).of_device(device)).seen)
    if cosmetic := device.cosmetic or (proposal.cosmetic if proposal else None):
        values["cosmetic"] = cosmetic.value
    return _page(request, principal, device, known, Form(values))


@router.post("/{device_id}/classer", name="grade_device")
async def grade(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Grade it."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, GradeForm)
    if form.is_valid:
        async with attempt(request, form):
            graded = await service.grade(session, principal, device_id, form.data.command())
            assert graded.grade is not None
            flash(request, gettext("Catégorie {grade}.").format(grade=graded.grade.value.capitalize()))
            return redirect(path("device", device_id=device_id))
    return _page(request, principal, device, await _known(session, device), form, status=422)


@router.post("/{device_id}/declasser", name="ungrade_device")
async def take_back(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Take its grade back."""
    device = await service.take_back(session, principal, device_id)
    flash(request, gettext("{label} n'a plus de catégorie.").format(label=device.label), "wait")
    return redirect(path("device", device_id=device_id))


async def _known(session: ReadSession, device: Device) -> DeviceFacts:
    return await service.facts_of(session, device, await DeviceRepository.from_session(session).media(device.id))


def _written(facts: DeviceFacts, *, is_storage_known: bool) -> dict[str, str]:
    """What somebody wrote into the form when the device was graded."""
    values = {
        "ram_gb": _text(facts.ram_gb), "cpu": facts.cpu or "", "cpu_mark": _text(facts.cpu_mark), "os": facts.os or "",
        "year": _text(facts.year), "antutu": _text(facts.antutu), "minor_defect": "true" if facts.minor_defect else "",
    }  # fmt: skip
    if facts.storage and not is_storage_known:
        values["storage_kind"], values["storage_gb"] = facts.storage[0].kind.value, _text(facts.storage[0].size_gb)
    return {name: value for name, value in values.items() if value}


def _again(values: Mapping[str, str], before: Mapping[str, str], device: Device) -> dict[str, str]:
    """What was written counts while the grade stands; afterwards, where the machine and its donor say nothing."""
    if device.stage is Stage.GRADED:
        return {**values, **before}
    return {**before, **{name: value for name, value in values.items() if value}}


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"


def _page(
    request: Request,
    principal: Principal,
    device: Device,
    known: DeviceFacts,
    form: Form[GradeForm],
    *,
    status: int = 200,
) -> Response:
    return page(
        request, "grading/templates/grade.html", principal=principal, device=device, known=known, form=form,
        cosmetics=COSMETICS, kinds={k.value: k.label_fr for k in StorageKind if k is not StorageKind.NONE},
        is_computer=device.category.is_computer, is_phone=device.category in {Category.SMARTPHONE, Category.TABLET},
        status=status,
    )  # fmt: skip
