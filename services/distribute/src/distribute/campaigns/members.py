"""Who takes part in a campaign, and who may: its publics, its kinds of structure, its départements."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.web import Principal, gettext, told
from filiere.web.formats import full_day

from distribute.campaigns.errors import NotAMember, NotEligible, NotOpenToJoin
from distribute.campaigns.members_repository import CampaignMembersRepository
from distribute.campaigns.repository import CampaignsRepository
from distribute.campaigns.schemas import CampaignIn, RunningCampaign
from distribute.campaigns.service import OBJECT, get, get_for_update
from distribute.campaigns.status import CampaignStatus, Stage, Way
from distribute.publics import public_label
from distribute.relais.schemas import RelaisOut

EVERYBODY = "tous-publics"


def hindrances(terms: CampaignIn, relais: RelaisOut) -> list[str]:
    """Why a structure may not take part, a sentence each; none when it may."""
    said = []
    if terms.legal_forms and relais.legal_form not in terms.legal_forms:
        kinds = ", ".join(told(one.label_fr).lower() for one in terms.legal_forms)
        said.append(gettext("Cette campagne est pour : %(kinds)s.") % {"kinds": kinds})
    if terms.territories and relais.territory not in terms.territories:
        places = ", ".join(terms.territories)
        said.append(gettext("Cette campagne est pour les départements : %(places)s.") % {"places": places})
    if terms.publics and EVERYBODY not in relais.publics and not set(terms.publics) & set(relais.publics):
        publics = ", ".join(told(public_label(one)).lower() for one in terms.publics)
        said.append(gettext("Cette campagne est pour ces publics : %(publics)s.") % {"publics": publics})
    return said


async def join(
    session: AsyncSession, principal: Principal, campaign_id: UUID, relais: RelaisOut, way: Way = Way.LINK
) -> bool:
    """Take part, until it is over; False when it does already. Raises CampaignNotFound, NotOpenToJoin, NotEligible."""
    found = await get(session, None, campaign_id)
    if found.stage.is_over:
        raise NotOpenToJoin(found.name)
    if wrong := hindrances(found.terms, relais):
        raise NotEligible(wrong)
    return await _take_part(session, principal, campaign_id, relais, way)


async def join_by_application(
    session: AsyncSession, principal: Principal, campaign_id: UUID, relais: RelaisOut
) -> bool:
    """A structure that was accepted and came by its link; False where the campaign is over or not for it."""
    found = await CampaignsRepository.from_session(session).get(campaign_id, with_drafts=False)
    if found is None or found.stage.is_over or hindrances(found.terms, relais):
        return False
    return await _take_part(session, principal, campaign_id, relais, Way.APPLICATION)


async def _take_part(
    session: AsyncSession, principal: Principal, campaign_id: UUID, relais: RelaisOut, way: Way
) -> bool:
    if not await CampaignMembersRepository.from_session(session).join(campaign_id, relais.id, way):
        return False
    await journal.note(session, principal, OBJECT, campaign_id, "joined", {"name": relais.name})
    return True


async def leave(
    session: AsyncSession, principal: Principal, campaign_id: UUID, relais: RelaisOut, why: str | None = None
) -> None:
    """Not any more; what was ordered for it stays. Raises CampaignNotFound, NotAMember."""
    await get_for_update(session, campaign_id)
    if not await CampaignMembersRepository.from_session(session).leave(campaign_id, relais.id, why):
        raise NotAMember
    details = {"name": relais.name, **({"reason": why} if why else {})}
    await journal.note(session, principal, OBJECT, campaign_id, "left", details)


async def refusals(
    session: AsyncReadSession | AsyncSession, relais_id: UUID, lines: Sequence[tuple[str, Sequence[str]]], on: date
) -> Sequence[str | None]:
    """Of lines that name a published campaign and publics: why each may not be ordered, or None.

    What no published campaign is called is not told of here.
    """
    named = {one.name: one for one in await CampaignsRepository.from_session(session).named([one for one, _ in lines])}
    if not named:
        return [None] * len(lines)
    theirs = await CampaignMembersRepository.from_session(session).of_relais(Scope([relais_id]))
    return [
        _refusal(named[name], named[name].id in theirs, publics, on) if name in named else None
        for name, publics in lines
    ]


def _refusal(campaign: RunningCampaign, is_member: bool, publics: Sequence[str], on: date) -> str | None:
    terms, name = campaign.terms, campaign.name
    stage = campaign.stage(on)
    if stage is Stage.TO_COME:
        return gettext("La campagne « %(name)s » ouvre le %(day)s : commandez à partir de ce jour.") % {
            "name": name, "day": full_day(terms.begins_on)
        }  # fmt: skip
    if stage is Stage.ENDED:
        return gettext("La campagne « %(name)s » s'est terminée le %(day)s : commandez sans campagne.") % {
            "name": name, "day": full_day(terms.ends_on)
        }  # fmt: skip
    if campaign.status is not CampaignStatus.PUBLISHED:
        return gettext("La campagne « %(name)s » est close : commandez sans campagne.") % {"name": name}
    if not is_member:
        return gettext("Votre structure ne participe pas à la campagne « %(name)s » : rejoignez-la d'abord.") % {
            "name": name
        }  # fmt: skip
    others = [one for one in publics if terms.publics and one not in terms.publics]
    if others:
        allowed = ", ".join(told(public_label(one)).lower() for one in terms.publics)
        return gettext("La campagne « %(name)s » est pour ces publics : %(publics)s.") % {
            "name": name, "publics": allowed
        }  # fmt: skip
    return None
