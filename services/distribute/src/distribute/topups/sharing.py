"""Codes that are short are shared as devices are: by the allocation engine, under the policy in force.

A code is to it a device of one class that all requests accept: weights, window and cap are the policy's, the part for
urgent lines takes nothing, for no request is urgent.
"""

import asyncio
from datetime import date
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import months_before, now, start_of, today
from filiere.database import AsyncSession
from filiere.geography import locality_of_address
from filiere.web import Principal

from distribute.closings.service import till_of
from distribute.engine import Acceptance, Device, Line, Policy, Problem, Relais, StockClass, allocate, policy_on
from distribute.tenancy import relais_of
from distribute.topups import offers
from distribute.topups.errors import NothingToShare, OfferClosed, OfferNotFound
from distribute.topups.events import TopupCodesSent
from distribute.topups.repository import TopupsRepository
from distribute.topups.requests_repository import Asked, TopupRequestsRepository, Waiting
from distribute.topups.schemas import AskAllIn, AskIn, AskLineIn, ShareOut

_ANY = "topup"


async def ask(session: AsyncSession, principal: Principal, offer_id: UUID, said: AskIn) -> None:
    """A Relais asks for codes. Raises OfferNotFound, OfferClosed, NotYourTill, WhichTill."""
    line = AskLineIn(offer_id=offer_id, relais_id=said.relais_id, codes=said.codes)
    await ask_all(session, principal, AskAllIn(lines=[line]))


async def ask_all(session: AsyncSession, principal: Principal, said: AskAllIn) -> None:
    """A person asks in one go, for each structure that they belong to: all of it, or nothing.

    Raises OfferNotFound, OfferClosed, NotYourTill, WhichTill.
    """
    lines = [Asked(till_of(principal, one.relais_id), one.offer_id, one.codes) for one in said.lines]
    wanted = sorted({one.offer_id for one in lines})
    repository = TopupsRepository.from_session(session)
    for offer_id in wanted:
        await repository.lock_offer(offer_id)
    known = {one.id: one for one in await repository.offers(relais_of(principal), today())}
    if not known.keys() >= set(wanted):
        raise OfferNotFound
    if any(known[one.offer_id].closed_at is not None and one.codes for one in lines):
        raise OfferClosed
    await TopupRequestsRepository.from_session(session).ask(lines, now())


async def share(session: AsyncSession, principal: Principal, offer_id: UUID) -> list[ShareOut]:
    """Send what the network has of an offer to those who wait, as the policy shares; what each was sent.

    Raises OfferNotFound, OfferClosed, NothingToShare.
    """
    await offers.get_open(session, relais_of(principal), offer_id)
    repository, requests = TopupsRepository.from_session(session), TopupRequestsRepository.from_session(session)
    await repository.lock_offer(offer_id)
    day = today()
    policy = policy_on(day)
    waiting = await requests.to_share_for_update(offer_id, start_of(months_before(day, policy.window_months)))
    there = min(await repository.working(offer_id, day), sum(one.missing for one in waiting))
    if not there:
        raise NothingToShare
    # Off the loop: a thousand codes and as many Relais are reckoned with beside everybody's answers.
    given = await asyncio.to_thread(shares, waiting, there, policy, day)
    for one in waiting:
        if given[one.id]:
            moved = await repository.send(offer_id, one.relais_id, given[one.id], day)
            assert moved == given[one.id]  # nobody else moves codes of the offer meanwhile
    await requests.serve([(one.id, given[one.id]) for one in waiting if given[one.id]], now())
    note = {"codes": sum(given.values()), "wanted": sum(one.missing for one in waiting), "relais_served": len(waiting)}
    await journal.note(session, principal, offers.OBJECT, offer_id, "shared", note)
    told = [
        TopupCodesSent(offer_id=offer_id, relais_id=one.relais_id, codes=given[one.id])
        for one in waiting
        if given[one.id]
    ]
    await outbox.append(session, told)
    return [ShareOut(relais_id=one.relais_id, wanted=one.missing, given=given[one.id]) for one in waiting]


def shares(waiting: list[Waiting], codes: int, policy: Policy, day: date) -> dict[UUID, int]:
    """How many codes each request gets. Pure."""
    devices = tuple(Device(f"{number:05d}", day) for number in range(codes))
    problem = Problem(
        as_of=day,
        classes=(StockClass(_ANY, _ANY, _ANY, _ANY, _ANY, _ANY, None, None, False, devices),),
        acceptances=(Acceptance(_ANY, ((_ANY,),)),),
        lines=tuple(Line(str(one.id), str(one.relais_id), _ANY, one.missing, one.asked_on) for one in waiting),
        relais=tuple(
            Relais(
                str(one.relais_id),
                locality_of_address(one.insee, one.postcode),
                frozenset(one.publics),
                one.people_supported,
                asked=one.asked,
                served=one.given,
                has_agreement=one.has_agreement,
            )
            for one in waiting
        ),
    )
    allocation, _ = allocate(problem, policy)
    given = {one.id: 0 for one in waiting}
    for line in allocation.lines:
        given[UUID(line.line_id)] = sum(len(take.devices) for take in line.takes)
    return given
