"""The coordination takes an application up, accepts it (a Relais is made and its lead invited), or refuses it."""

from datetime import datetime
from uuid import UUID

from filiere import journal
from filiere.calendar import day_of
from filiere.database import AsyncSession
from filiere.mail import Letter, MailKind, post
from filiere.service import Service
from filiere.web import Principal, Role
from filiere.web.invitations import invite

from distribute.applications.errors import ApplicationNotFound, ChangedMeanwhile, NothingToAnswer
from distribute.applications.repository import ApplicationsRepository
from distribute.applications.schemas import ApplicationOut, RefuseIn
from distribute.applications.service import OBJECT
from distribute.applications.status import ApplicationStatus
from distribute.campaigns import members
from distribute.news.kinds import APPLICATION, APPLICATION_ACCEPTED, APPLICATION_REFUSED
from distribute.relais import service as relais_service
from distribute.relais.schemas import RelaisIn


async def take_up(session: AsyncSession, principal: Principal, application_id: UUID) -> ApplicationOut:
    """Read it: from now on its applicant corrects nothing. Raises ApplicationNotFound, NothingToAnswer."""
    await _waiting(session, application_id)
    await ApplicationsRepository.from_session(session).move(application_id, ApplicationStatus.TAKEN_UP)
    await journal.note(session, principal, OBJECT, application_id, "taken-up")
    return await _again(session, application_id)


async def accept(
    session: AsyncSession, service: Service, principal: Principal, application_id: UUID, seen: datetime | None = None
) -> ApplicationOut:
    """Make the Relais of what was read at `seen`, and invite who applied as its lead.

    Raises ApplicationNotFound, NothingToAnswer, ChangedMeanwhile, RelaisAlreadyRegistered, BadRelais,
    TooManyInvitations.
    """
    application = await _waiting(session, application_id)
    if seen is not None and seen != application.changed_at:
        raise ChangedMeanwhile
    assert application.sent_at is not None  # what waits was sent
    facts = application.model_dump(include=set(RelaisIn.model_fields) - {"may_receive_public_origin"})
    relais = await relais_service.register(
        session, principal, RelaisIn.model_validate({**facts, "requested_on": day_of(application.sent_at)})
    )
    await ApplicationsRepository.from_session(session).decide(
        application_id, ApplicationStatus.ACCEPTED, reason=None, relais_id=relais.id
    )
    if application.campaign_id is not None:
        await members.join_by_application(session, principal, application.campaign_id, relais)
    await invite(session, service, principal, application.contact_email, Role.RELAIS, relais.id)
    await _write(session, application, APPLICATION_ACCEPTED, {"name": application.name})
    await journal.note(session, principal, OBJECT, application_id, "accepted")
    return await _again(session, application_id)


async def refuse(session: AsyncSession, principal: Principal, application_id: UUID, said: RefuseIn) -> ApplicationOut:
    """Say no, and why. Raises ApplicationNotFound, NothingToAnswer."""
    application = await _waiting(session, application_id)
    await ApplicationsRepository.from_session(session).decide(
        application_id, ApplicationStatus.REFUSED, reason=said.reason, relais_id=None
    )
    await _write(session, application, APPLICATION_REFUSED, {"name": application.name, "reason": said.reason})
    await journal.note(session, principal, OBJECT, application_id, "refused", {"reason": said.reason})
    return await _again(session, application_id)


async def _waiting(session: AsyncSession, application_id: UUID) -> ApplicationOut:
    found = await ApplicationsRepository.from_session(session).get(application_id, for_update=True)
    if found is None:
        raise ApplicationNotFound
    if not found.status.waits:
        raise NothingToAnswer
    return found


async def _again(session: AsyncSession, application_id: UUID) -> ApplicationOut:
    found = await ApplicationsRepository.from_session(session).get(application_id)
    assert found is not None  # it is locked
    return found


async def _write(session: AsyncSession, application: ApplicationOut, kind: MailKind, data: dict[str, str]) -> None:
    page = APPLICATION.format(application_id=application.id)
    await post(session, [Letter(application.contact_email, kind, data, page)])
