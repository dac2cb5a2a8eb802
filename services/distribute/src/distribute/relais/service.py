"""Register a Relais, sign its agreement, add its people."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.geography import UnknownTerritory, departement_of_postcode
from filiere.identifiers import IdentifierError, normalise_siret
from filiere.web import Principal, Role
from filiere.web.memberships import grant_known

from distribute.relais.errors import (
    AgreementInForce,
    AgreementMissing,
    BadRelais,
    CampaignsOnly,
    EndsAtTheWrongTime,
    NoAgreementToEnd,
    OnlyOrients,
    RelaisAlreadyRegistered,
    RelaisNotFound,
    SignedInTheFuture,
)
from distribute.relais.mode import Mode
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import AgreementIn, MemberOut, RelaisIn, RelaisOut
from distribute.tenancy import own_relais_of, relais_of


async def register(session: AsyncSession, principal: Principal, relais: RelaisIn) -> RelaisOut:
    """Add a Relais. Raises BadRelais (SIRET, postcode) and RelaisAlreadyRegistered."""
    siret, territory = _siret_and_territory(relais)
    repository = RelaisRepository.from_session(session)
    relais_id = await repository.add(relais, siret, territory, relais.requested_on or today())
    if relais_id is None:
        raise RelaisAlreadyRegistered(siret or "")
    made = await repository.get(relais_of(principal), relais_id)
    assert made is not None  # the coordination alone registers, and sees all
    return made


async def change(session: AsyncSession, principal: Principal, relais_id: UUID, relais: RelaisIn) -> RelaisOut:
    """Correct the facts of a Relais: a wrong size or public would weigh in each allocation.

    What it was promised stays, and what its lines wait for is demand of its new département. Raises RelaisNotFound,
    BadRelais, RelaisAlreadyRegistered.
    """
    await get(session, principal, relais_id)
    siret, territory = _siret_and_territory(relais)
    repository = RelaisRepository.from_session(session)
    if not await repository.change(relais_id, relais, siret, territory):
        raise RelaisAlreadyRegistered(siret or "")
    return await get(session, principal, relais_id)


async def end_agreement(
    session: AsyncSession, principal: Principal, relais_id: UUID, ended_on: date, today: date
) -> RelaisOut:
    """End the agreement in force: no order any more, and no promise, until another is signed.

    Raises RelaisNotFound, NoAgreementToEnd, EndsAtTheWrongTime.
    """
    relais = await get(session, principal, relais_id)
    if relais.signed_on is None:
        raise NoAgreementToEnd
    if not relais.signed_on <= ended_on <= today:
        raise EndsAtTheWrongTime
    await RelaisRepository.from_session(session).end_agreement(relais_id, ended_on)
    return await get(session, principal, relais_id)


def _siret_and_territory(relais: RelaisIn) -> tuple[str | None, str]:
    """Raises BadRelais."""
    try:
        siret = normalise_siret(relais.siret) if relais.siret else None
    except IdentifierError as error:
        raise BadRelais("siret", str(error)) from error
    try:
        return siret, departement_of_postcode(relais.postcode).code
    except UnknownTerritory as error:
        raise BadRelais("postcode", str(error)) from error


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, relais_id: UUID) -> RelaisOut:
    """One Relais the caller may see. Raises RelaisNotFound."""
    found = await RelaisRepository.from_session(session).get(relais_of(principal), relais_id)
    if found is None:
        raise RelaisNotFound
    return found


async def sign(
    session: AsyncSession, principal: Principal, relais_id: UUID, agreement: AgreementIn, today: date
) -> RelaisOut:
    """Record a signed agreement. Raises RelaisNotFound, SignedInTheFuture, AgreementInForce."""
    relais = await get(session, principal, relais_id)
    if agreement.signed_on > today:
        raise SignedInTheFuture
    await RelaisRepository.from_session(session).lock_agreement(relais_id)
    if not await RelaisRepository.from_session(session).sign(relais_id, agreement.signed_on, agreement.signed_by):
        raise AgreementInForce(relais.signed_on or agreement.signed_on)
    return await get(session, principal, relais_id)


async def decide_public_origin(
    session: AsyncSession, principal: Principal, relais_id: UUID, may_receive: bool
) -> RelaisOut:
    """Say whether the Relais may be given what public bodies gave, from now on. Raises RelaisNotFound."""
    await get(session, principal, relais_id)
    await RelaisRepository.from_session(session).set_public_origin(relais_id, may_receive)
    return await get(session, principal, relais_id)


async def set_contact(session: AsyncSession, principal: Principal, relais_id: UUID, contact: str | None) -> RelaisOut:
    """Say how anybody reaches the Relais, from now on. Raises RelaisNotFound."""
    await get(session, principal, relais_id)
    await RelaisRepository.from_session(session).set_public_contact(relais_id, contact or None)
    return await get(session, principal, relais_id)


async def own(session: AsyncReadSession | AsyncSession, principal: Principal, relais_id: UUID) -> RelaisOut:
    """A Relais that the caller acts for. Raises RelaisNotFound."""
    found = await RelaisRepository.from_session(session).get(own_relais_of(principal), relais_id)
    if found is None:
        raise RelaisNotFound
    return found


async def orderable(session: AsyncSession, principal: Principal, relais_id: UUID) -> RelaisOut:
    """The Relais, which may order. Raises RelaisNotFound, AgreementMissing, OnlyOrients."""
    relais = await get(session, principal, relais_id)
    if not relais.has_agreement:
        raise AgreementMissing(relais.name)
    if relais.mode is Mode.ORIENT_ONLY:
        raise OnlyOrients(relais.name)
    return relais


async def may_order(
    session: AsyncSession, principal: Principal, relais_id: UUID, campaigns: Iterable[str | None]
) -> RelaisOut:
    """The Relais, which may order these lines; `campaigns`: of each line, or None.

    Raises RelaisNotFound, AgreementMissing, OnlyOrients, CampaignsOnly.
    """
    relais = await orderable(session, principal, relais_id)
    if relais.mode is Mode.CAMPAIGN_ONLY and None in set(campaigns):
        raise CampaignsOnly(relais.name)
    return relais


async def add_member(session: AsyncSession, principal: Principal, relais_id: UUID, subject: str) -> MemberOut:
    """Let a person act for the Relais. Raises RelaisNotFound, SubjectUnknown."""
    relais = await get(session, principal, relais_id)
    added = await grant_known(session, subject, Role.RELAIS, relais.id)
    return MemberOut(subject=subject, role=Role.RELAIS.value, organisation_id=relais.id, added=added)


async def add_workshop_member(session: AsyncSession, workshop_id: UUID, subject: str) -> MemberOut:
    """Let a person of a workshop prepare and send its shipments here. Raises SubjectUnknown."""
    added = await grant_known(session, subject, Role.WORKSHOP, workshop_id)
    return MemberOut(subject=subject, role=Role.WORKSHOP.value, organisation_id=workshop_id, added=added)
