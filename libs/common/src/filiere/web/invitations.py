"""Let people in by a link that is mailed to them: used once, for the account that they then log in with.

The link holds a random token; the database holds its hash. It is over after a week, when it is taken back, and when the
same person is invited to the same again.
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession
from filiere.duties import Duty
from filiere.identifiers import uuid7
from filiere.mail import Letter, post, readable_address
from filiere.mail.invitation import INVITATION, PAGE
from filiere.roles import Role
from filiere.service import Service
from filiere.web.errors import Conflict, FieldError, NotFound, Unprocessable
from filiere.web.invitation_repository import Invitation, InvitationRepository
from filiere.web.memberships import grant
from filiere.web.person_repository import PersonRepository
from filiere.web.principal import Principal
from filiere.web.repository import MembershipRepository

VALID = timedelta(days=7)
MOST_OPEN = 50


class AddressUnreadable(Unprocessable):
    title = "Ce n'est pas une adresse de courriel : vérifiez-la."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("address", self.title)])


class TooManyInvitations(Conflict):
    title = "Cinquante invitations attendent déjà : annulez celles qui ne servent plus."


class InvitationOver(Conflict):
    title = "Cette invitation n'est plus valable : servie, annulée ou trop ancienne. Demandez-en une autre."


class OrganisationClosed(Conflict):
    """Nobody acts for it any more; who were let in now would act for what the coordination has refused."""

    title = "L'inscription de cette organisation est refusée : rouvrez-la avant d'inviter quelqu'un."


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


async def invite(
    session: AsyncSession,
    service: Service,
    principal: Principal,
    address: str,
    role: Role,
    organisation_id: UUID | None,
    duty: Duty = Duty.LEAD,
) -> str:
    """Write the letter; returns the address of its link, for who must pass it on by hand.

    Raises AddressUnreadable, OrganisationClosed, TooManyInvitations.
    """
    readable = readable_address(address)
    if readable is None:
        raise AddressUnreadable
    if await is_closed(session, service, organisation_id):
        raise OrganisationClosed
    invitations = InvitationRepository.from_session(session)
    if len(await invitations.open_of(organisation_id)) >= MOST_OPEN:
        raise TooManyInvitations
    token = secrets.token_urlsafe(24)
    until = await invitations.invite(
        *(uuid7(), readable, role.value, organisation_id, duty.value),
        *(hash_of(token), principal.subject, VALID.total_seconds()),
    )
    organisation = await name_of(session, service, organisation_id) if organisation_id is not None else None
    data = {
        "inviter": principal.name,
        "organisation": organisation,
        "service": service.title,
        "until": until.date().isoformat(),
    }
    page = PAGE.format(token=token)
    await post(session, [Letter(readable, INVITATION, data, page)])
    await noted(session, service, principal, organisation_id, "member-invited")
    return page


async def opened(session: AsyncReadSession, token: str) -> Invitation:
    """What a link invites to. Raises InvitationOver."""
    found = await InvitationRepository.from_session(session).by_token(hash_of(token))
    if found is None:
        raise InvitationOver
    return found


async def accept(session: AsyncSession, service: Service, principal: Principal, token: str) -> Invitation:
    """Give the access to whoever is logged in, and use the link up. Raises InvitationOver, OrganisationClosed."""
    found = await InvitationRepository.from_session(session).accept(hash_of(token), principal.subject)
    if found is None:
        raise InvitationOver
    if await is_closed(session, service, found.organisation_id):
        raise OrganisationClosed
    await grant(session, principal.subject, Role(found.role), found.organisation_id, Duty(found.duty))
    # Whoever opened the letter reads mail there; the provider may tell none.
    await PersonRepository.from_session(session).reached_at(principal.subject, principal.name, found.address)
    await noted(session, service, principal, found.organisation_id, "member-joined")
    return found


async def take_back(session: AsyncSession, invitation_id: UUID, organisation_id: UUID | None) -> None:
    """Raises InvitationOver."""
    if not await InvitationRepository.from_session(session).take_back(invitation_id, organisation_id):
        raise InvitationOver


async def name_of(session: AsyncReadSession, service: Service, organisation_id: UUID) -> str | None:
    """An organisation's name; None for one that there is not."""
    names = await MembershipRepository.from_session(session).names(service.organisation_table, [organisation_id])
    return names.get(organisation_id)


async def is_closed(session: AsyncReadSession, service: Service, organisation_id: UUID | None) -> bool:
    """Whether nobody may act for this organisation, so that nobody is let in."""
    if organisation_id is None or not service.organisation_closed:
        return False
    return await MembershipRepository.from_session(session).is_closed(
        service.organisation_table, service.organisation_closed, organisation_id
    )


class OrganisationUnknown(NotFound):
    title = "Cette organisation n'existe pas, ou n'est pas la vôtre."


async def organisation_of(
    session: AsyncReadSession, service: Service, organisation_id: UUID, principal: Principal
) -> str:
    """The organisation's name. Raises OrganisationUnknown for what does not exist and for somebody else's."""
    assert service.organisation_role is not None
    name = await name_of(session, service, organisation_id)
    if name is None or not principal.may_act_for(service.organisation_role, organisation_id):
        raise OrganisationUnknown
    return name


async def noted(
    session: AsyncSession,
    service: Service,
    principal: Principal,
    organisation_id: UUID | None,
    verb: str,
    **details: str,
) -> None:
    """Keep it in the organisation's journal; what concerns the network alone is in none."""
    if organisation_id is not None:
        await journal.note(session, principal, service.organisation_table, organisation_id, verb, details)
