"""An organisation's people as they are: what each may do there changed, and who goes taken away.

A team that has people has a lead: the last one keeps the duty until another has it. Each change holds the team's rows,
so that of two leads who step down at once, or take the duty from each other, one remains; and whoever changes is looked
up there, so that a lead who has just ceased to be one changes nothing more.
"""

from collections.abc import Mapping
from uuid import UUID

from filiere.database import AsyncSession
from filiere.duties import Duty
from filiere.journal import Entry
from filiere.mail import Letter, post
from filiere.mail.invitation import HOME, REMOVED
from filiere.mail.readers import readable_address
from filiere.roles import Role
from filiere.service import Service
from filiere.web.access import DutyMissing
from filiere.web.errors import Conflict, FieldError, Unprocessable
from filiere.web.i18n import gettext as _
from filiere.web.invitations import name_of, noted
from filiere.web.memberships import revoke, show_out
from filiere.web.person_repository import PersonRepository
from filiere.web.principal import Principal
from filiere.web.repository import MembershipRepository

VERBS = ("member-invited", "member-joined", "member-duty-changed", "member-removed")


class MemberUnknown(Conflict):
    title = "Cette personne n'agit pas pour cette organisation."


class OwnMembership(Conflict):
    title = "Vous ne pouvez pas vous retirer vous-même : demandez-le à un collègue ou à la coordination."


class DutyUnknown(Unprocessable):
    title = "Choisissez une fonction dans la liste."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("duty", self.title)])


class LastLead(Conflict):
    title = "C'est la dernière personne responsable : nommez-en d'abord une autre."


def offered(service: Service, duty: Duty) -> Duty:
    """A duty of those this service has. Raises DutyUnknown."""
    if duty not in service.duties:
        raise DutyUnknown
    return duty


async def change_duty(
    session: AsyncSession,
    service: Service,
    principal: Principal,
    subject: str,
    role: Role,
    organisation_id: UUID,
    duty: Duty,
) -> bool:
    """Give somebody of the team another duty; False when they had it.

    Raises DutyMissing, MemberUnknown, LastLead.
    """
    repository = MembershipRepository.from_session(session)
    team = await repository.duties_for_update(role.value, organisation_id)
    _check_leads(principal, team)
    before = team.get(subject)
    if before is None:
        raise MemberUnknown
    if before == duty:
        return False
    if _leads(team) == {subject}:
        raise LastLead
    await repository.set_duty(subject, role.value, organisation_id, duty.value)
    who = await PersonRepository.from_session(session).name_of(subject) or subject
    await noted(
        session, service, principal, organisation_id, "member-duty-changed", who=who, before=before, duty=duty.value
    )
    return True


async def remove(
    session: AsyncSession, service: Service, principal: Principal, subject: str, role: Role, organisation_id: UUID
) -> bool:
    """Take somebody's access to an organisation away, and end their sessions; whether a letter tells them so.

    Raises DutyMissing, OwnMembership, MemberUnknown, LastLead.
    """
    repository = MembershipRepository.from_session(session)
    team = await repository.duties_for_update(role.value, organisation_id)
    _check_leads(principal, team)
    if subject == principal.subject:
        raise OwnMembership
    if len(team) > 1 and _leads(team) == {subject}:
        raise LastLead
    if not await revoke(session, subject, role, organisation_id):
        raise MemberUnknown
    if (await repository.of_subject(subject)).memberships:
        await repository.end_sessions(subject)
    else:
        await show_out(session, subject)
    who = await PersonRepository.from_session(session).name_of(subject) or subject
    await noted(session, service, principal, organisation_id, "member-removed", who=who)
    return await tell_removed(session, service, principal, subject, organisation_id)


async def tell_removed(
    session: AsyncSession, service: Service, principal: Principal, subject: str, organisation_id: UUID
) -> bool:
    """Write to somebody that their access to an organisation is gone; False when there is no address to write to."""
    address = readable_address(await PersonRepository.from_session(session).address_of(subject))
    if address is None or REMOVED not in service.mails:
        return False
    data = {
        "remover": principal.name,
        "organisation": await name_of(session, service, organisation_id),
        "service": service.title,
    }
    await post(session, [Letter(address, REMOVED, data, HOME)])
    return True


def _leads(team: Mapping[str, str]) -> set[str]:
    return {subject for subject, duty in team.items() if duty == Duty.LEAD}


def _check_leads(principal: Principal, team: Mapping[str, str]) -> None:
    if not principal.is_coordinator and principal.subject not in _leads(team):
        raise DutyMissing({Duty.LEAD})


def said(entry: Entry) -> str:
    """One entry about a team, in the language of the request."""
    match entry.verb:
        case "member-invited":
            return _("Invitation envoyée à un collègue")
        case "member-joined":
            return _("A rejoint l'équipe")
        case "member-duty-changed":
            return _("%(who)s : fonction changée, avant « %(before)s », maintenant « %(now)s »") % {
                "who": entry.details["who"],
                "before": _(Duty(entry.details["before"]).label_fr),
                "now": _(Duty(entry.details["duty"]).label_fr),
            }
        case "member-removed":
            return _("Accès retiré à %(who)s") % {"who": entry.details["who"]}
    return entry.verb
