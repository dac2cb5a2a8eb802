"""Draft, publish, revise and cancel campaigns; closing one is `campaign_stock`'s, for it gives stock back."""

from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import FieldError, Principal, Role, gettext
from filiere.web.formats import full_day

from distribute.as_read import fingerprint
from distribute.campaigns.errors import (
    CampaignNotFound,
    CampaignOver,
    DaysToCorrect,
    DraftChanged,
    HasBegun,
    NameIsFixed,
    NameTaken,
    NoDraft,
    WrittenMeanwhile,
)
from distribute.campaigns.events import CampaignEnded, CampaignPublished
from distribute.campaigns.repository import CampaignsRepository
from distribute.campaigns.schemas import CampaignIn, CampaignOut
from distribute.campaigns.status import CampaignStatus, Stage
from distribute.engine import policies, policy_on

OBJECT = "campaign"  # of the journal


def sees_drafts(principal: Principal) -> bool:
    return principal.has(Role.COORDINATOR)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal | None, campaign_id: UUID) -> CampaignOut:
    """One campaign that the caller may see; nobody in particular sees what is published. Raises CampaignNotFound."""
    with_drafts = principal is not None and sees_drafts(principal)
    found = await CampaignsRepository.from_session(session).get(campaign_id, with_drafts=with_drafts)
    if found is None:
        raise CampaignNotFound
    return found


async def get_for_update(session: AsyncSession, campaign_id: UUID) -> CampaignOut:
    """Locked. Raises CampaignNotFound."""
    found = await CampaignsRepository.from_session(session).get_for_update(campaign_id)
    if found is None:
        raise CampaignNotFound
    return found


async def draft(session: AsyncSession, principal: Principal, terms: CampaignIn) -> CampaignOut:
    """A new one. Raises NameTaken."""
    await _require_free(session, terms.name, None)
    campaign_id = await CampaignsRepository.from_session(session).add(terms)
    await journal.note(session, principal, OBJECT, campaign_id, "drafted")
    made = await CampaignsRepository.from_session(session).get(campaign_id, with_drafts=True)
    assert made is not None  # just added
    return made


async def save(
    session: AsyncSession, principal: Principal, campaign_id: UUID, terms: CampaignIn, seen: str | None = None
) -> CampaignOut:
    """Write its draft: the first version, or the next one of what is published, which goes on meanwhile.

    `seen`: the fingerprint of what the form was opened with, for pages.
    Raises CampaignNotFound, CampaignOver, WrittenMeanwhile, NameTaken, NameIsFixed.
    """
    found = await get_for_update(session, campaign_id)
    repository = CampaignsRepository.from_session(session)
    if not found.may_change:
        raise CampaignOver
    if seen is not None and seen != fingerprint(found.latest):
        raise WrittenMeanwhile
    if found.is_published and terms.name != found.name:
        raise NameIsFixed
    if terms.name != found.name:
        await _require_free(session, terms.name, campaign_id)
        await repository.rename(campaign_id, terms.name)
    await repository.keep_draft(campaign_id, terms)
    await journal.note(session, principal, OBJECT, campaign_id, "edited")
    return await get(session, principal, campaign_id)


async def remove(session: AsyncSession, principal: Principal, campaign_id: UUID) -> None:
    """Throw its draft away; what is published stays. Raises CampaignNotFound, NoDraft."""
    found = await get_for_update(session, campaign_id)
    if found.draft is None:
        raise NoDraft
    await CampaignsRepository.from_session(session).drop_draft(campaign_id)
    await journal.note(session, principal, OBJECT, campaign_id, "draft_dropped")


async def publish(
    session: AsyncSession, principal: Principal, campaign_id: UUID, why: str, seen: str | None = None
) -> CampaignOut:
    """Its draft counts from now on, and never changes. `seen`: the fingerprint of what was read, for pages.

    Raises CampaignNotFound, NoDraft, DraftChanged, DaysToCorrect.
    """
    found = await get_for_update(session, campaign_id)
    if found.draft is None:
        raise NoDraft
    if seen is not None and seen != fingerprint(found.draft):
        raise DraftChanged
    if wrong := wrong_day(found):
        raise DaysToCorrect(wrong)
    await CampaignsRepository.from_session(session).publish(campaign_id, why)
    await journal.note(session, principal, OBJECT, campaign_id, "published", {"reason": why})
    made = await get(session, principal, campaign_id)
    await outbox.append(session, [_told(made)])
    return made


def wrong_day(found: CampaignOut) -> FieldError | None:
    """Why its draft may not be published today; None when it may."""
    assert found.draft is not None
    said, before, day = found.draft, found.terms, today()
    if said.ends_on < day:
        return FieldError("ends_on", gettext("Le dernier jour est passé : choisissez aujourd'hui ou un jour à venir."))
    if found.is_published and before.begins_on <= day and said.begins_on != before.begins_on:
        sentence = gettext("La campagne a commencé le %(day)s : son premier jour ne change plus.")
        return FieldError("begins_on", sentence % {"day": full_day(before.begins_on)})
    if said.begins_on < day and not (found.is_published and said.begins_on == before.begins_on):
        return FieldError(
            "begins_on", gettext("Le premier jour est passé : choisissez aujourd'hui ou un jour à venir.")
        )
    return None


async def cancel(session: AsyncSession, principal: Principal, campaign_id: UUID, why: str) -> CampaignOut:
    """Before it begins; nothing can be set aside or ordered for it yet. Raises CampaignNotFound, CampaignOver,
    HasBegun, NoDraft."""
    found = await get_for_update(session, campaign_id)
    if found.stage is Stage.DRAFT:
        raise NoDraft
    if found.status is not CampaignStatus.PUBLISHED:
        raise CampaignOver
    if found.stage is not Stage.TO_COME:
        raise HasBegun
    await CampaignsRepository.from_session(session).end(campaign_id, CampaignStatus.CANCELLED, why)
    if found.draft is not None:
        await journal.note(session, principal, OBJECT, campaign_id, "draft_dropped")
    await journal.note(session, principal, OBJECT, campaign_id, "cancelled", {"reason": why})
    await outbox.append(session, [CampaignEnded(campaign_id=campaign_id, name=found.name, was_cancelled=True)])
    return await get(session, principal, campaign_id)


async def _require_free(session: AsyncSession, name: str, but: UUID | None) -> None:
    repository = CampaignsRepository.from_session(session)
    await repository.lock_names()
    packaged = {one.lower() for policy in policies().values() for one in policy.campaigns}
    if name.lower() in packaged or await repository.is_taken(name, but):
        raise NameTaken


def _told(made: CampaignOut) -> CampaignPublished:
    terms = made.terms
    return CampaignPublished(
        campaign_id=made.id,
        name=made.name,
        terms_version=made.version or 0,
        begins_on=terms.begins_on,
        ends_on=terms.ends_on,
        target_people=terms.target_people,
        publics=list(terms.publics),
        territories=terms.territories,
        share_percent=terms.share_percent,
        arrivals_percent=terms.arrivals_percent,
        pricing=terms.pricing,
        price_percent=terms.price_percent,
        policy=policy_on(today()).label,
    )
