"""Confirm or refuse an erasure: lock its device, look again, keep what was said, and let the gate follow."""

import asyncio
from uuid import UUID

from filiere.calendar import now
from filiere.catalogue.grades import StorageKind
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers.same_person import are_one_person
from filiere.web import Principal

from refurbish.devices.device import Device, Medium
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import get_for_update
from refurbish.erasure import rules
from refurbish.erasure.reports.questions import questions
from refurbish.erasure.service import keep_outcome
from refurbish.erasure.verifications.errors import ErasureNotFound, NothingToVerify, OwnErasure, ReasonMissing
from refurbish.erasure.verifications.repository import Awaited, VerificationRepository
from refurbish.erasure.verifications.schemas import NewVerification
from refurbish.tenancy import person, workshops_of


async def find(session: AsyncReadSession, principal: Principal, erasure_id: UUID) -> Awaited:
    """An erasure that waits, with its report. Raises ErasureNotFound, NothingToVerify."""
    repository = VerificationRepository.from_session(session)
    awaited = await repository.one(workshops_of(principal), erasure_id)
    if awaited is None:
        if await repository.device_of(workshops_of(principal), erasure_id) is None:
            raise ErasureNotFound(erasure_id)
        raise NothingToVerify
    return awaited


def is_own(principal: Principal, awaited: Awaited) -> bool:
    """Whether the caller wiped it, by their account or by the name that will stand on the certificate."""
    return are_one_person((principal.subject, person(principal)), (awaited.operator, awaited.operator_name))


async def doubts_of(awaited: Awaited) -> list[str]:
    """What the report asked, and whoever wiped said that it is so: the second person looks at it too."""
    said = awaited.said
    if said is None and awaited.evidence:
        said = await asyncio.to_thread(rules.in_text, awaited.evidence)
    if said is None:
        return []
    medium = Medium(
        awaited.medium_id, awaited.device_id, awaited.medium_serial, StorageKind(awaited.kind), awaited.size_gb, ""
    )
    asked = questions(said, medium, arrived_at=awaited.arrived_at, now=awaited.erased_at, tool=awaited.tool)
    return [one.sentence for one in asked]


async def verify(session: AsyncSession, principal: Principal, erasure_id: UUID, said: NewVerification) -> Device:
    """Say of an erasure what its report shows. A refused one has to be done again; said twice, it is said once.

    Raises ErasureNotFound, NothingToVerify, OwnErasure, ReasonMissing.
    """
    reason = " ".join((said.reason or "").split()) or None
    if not said.confirmed and reason is None:
        raise ReasonMissing
    repository = VerificationRepository.from_session(session)
    device_id = await repository.device_of(workshops_of(principal), erasure_id)
    if device_id is None:
        raise ErasureNotFound(erasure_id)
    # Locked first: whoever wipes, declares or verifies meanwhile waits, and then sees what was said.
    device = await get_for_update(session, principal, device_id)
    if await repository.still_counts(erasure_id, principal.subject, None if said.confirmed else reason):
        return device  # the same word of the same person: a second tap, a page of before
    awaited = await find(session, principal, erasure_id)
    if is_own(principal, awaited):
        raise OwnErasure
    media, gone = await DeviceRepository.from_session(session).media_and_gone(device_id)
    [medium] = [one for one in [*media, *gone] if one.id == awaited.medium_id]
    at = now()
    await repository.insert(
        device.workshop_id,
        erasure_id,
        principal.subject,
        person(principal),
        None if said.confirmed else reason,
        at,
    )
    after, now_wiped = rules.answered(device, media, medium, erasure_id, awaited.level, confirmed=said.confirmed, at=at)
    await keep_outcome(session, device, after, now_wiped, at)
    return after
