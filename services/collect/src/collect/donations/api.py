"""API of donations."""

from dataclasses import asdict
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path, Query, Request, Response
from filiere.database import AsyncReadSession
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.large import LargeBody, large_answer
from filiere.web.request_limits import MIB, body_limit

from collect.devices.repository import DeviceRepository
from collect.donations import acceptance, drafting, ending, service, verdicts, words
from collect.donations.errors import (
    BeingAccepted,
    DonationNotFound,
    DonationNotInState,
    DonorToConfirm,
    LineNotAcceptable,
    LineUnknown,
    NothingAcceptable,
    NothingToSend,
    TooManyDevices,
)
from collect.donations.limits import MAX_LINES
from collect.donations.repository import DonationRepository
from collect.donations.schemas import (
    AcceptDonation,
    CancelDonation,
    ChangedOut,
    DecideLine,
    DeclareDonation,
    DeclaredOut,
    DeclineDonation,
    DonationDetail,
    DonationOut,
    LineOut,
    MessageOut,
    PlaceIn,
    PlaceOut,
    SayIn,
)
from collect.donations.status import DonationStatus
from collect.donations.words_repository import WordsRepository
from collect.donors.errors import DonorNotFound, SiteUnknown
from collect.keys import DECLARE, READ
from collect.lots.repository import LotRepository
from collect.tenancy import donors_of, drafts_of

router = api_router("/donations")
LINES_BODY = MIB  # 2,000 lines

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ, DECLARE))]
Declarer = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(DECLARE,))]
DonorAlone = Annotated[Principal, allow(Role.DONOR, keys=(DECLARE,))]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
LineNumber = Annotated[int, Path(ge=1, le=MAX_LINES * 100)]


@router.post(
    "",
    status_code=201,
    response_model=DeclaredOut,
    openapi_extra=body_limit(LINES_BODY),
    responses=raises(DonorNotFound),
)
async def declare(body: LargeBody[DeclareDonation], principal: Declarer, session: WriteSession) -> Response:
    """Declare devices by lines; the answer holds the verdict on each."""
    return await large_answer(await service.declare(session, await body.validated(), principal), 201)


@router.get("")
async def listing(
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    status: Annotated[list[DonationStatus] | None, Query(max_length=len(DonationStatus))] = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[DonationOut]:
    """Donations, newest first: all for coordinators, their own for donors."""
    found = await DonationRepository.from_session(session).listing(
        donors_of(principal),
        drafts_of(principal),
        status=status or [],
        q=q,
        part=paging.part,
    )
    return paging.of([DonationOut.model_validate(one) for one in found.rows], found)


@router.get("/{donation_id}", responses=raises(DonationNotFound))
async def get(donation_id: UUID, principal: Reader, session: ReadSession) -> DonationDetail:
    """One donation with its thread."""
    return await detail(session, donation_id, principal)


@router.get("/{donation_id}/lines", responses=raises(DonationNotFound))
async def lines(
    donation_id: UUID,
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    verdict: Literal["accepted", "refused", "error"] | None = None,
) -> Page[LineOut]:
    """The declared lines with their verdicts."""
    await service.get(session, donation_id, principal)
    donations = DonationRepository.from_session(session)
    found = await donations.page_of_lines(donors_of(principal), donation_id, verdict, paging.part)
    return paging.of([LineOut.of(line) for line in found.rows], found)


@router.put(
    "/{donation_id}/lines",
    response_model=DeclaredOut,
    openapi_extra=body_limit(LINES_BODY),
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState),
)
async def edit(
    donation_id: UUID, body: LargeBody[DeclareDonation], principal: Declarer, session: WriteSession
) -> Response:
    """Replace a draft's lines and note; the donor stays the draft's own."""
    return await large_answer(await drafting.edit(session, donation_id, await body.validated(), principal))


@router.post(
    "/{donation_id}/submit",
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState, NothingToSend, TooManyDevices),
)
async def submit(donation_id: UUID, principal: Declarer, session: WriteSession) -> ChangedOut:
    """Send a draft; a device that another donation has declared since is refused now."""
    return await drafting.submit(session, donation_id, principal)


@router.post(
    "/{donation_id}/accept",
    openapi_extra=body_limit(LINES_BODY),
    responses={
        202: {"model": ChangedOut, "description": "A large donation: the worker accepts it; ask `Location`."},
        **raises(
            DonationNotFound,
            BeingAccepted,
            DonationNotInState,
            DonorToConfirm,
            NothingAcceptable,
            LineUnknown,
            LineNotAcceptable,
        ),
    },
)
async def accept(
    request: Request,
    response: Response,
    donation_id: UUID,
    principal: Coordinator,
    session: WriteSession,
    body: AcceptDonation | None = None,
) -> ChangedOut:
    """Accept: each accepted line becomes labelled devices.

    A large donation is answered with 202 and stays `submitted` until all its devices are made; its `acceptance` tells
    how far that is.
    """
    done = await acceptance.accept(session, donation_id, body or AcceptDonation(), principal)
    if done.status is DonationStatus.SUBMITTED:
        response.status_code = 202
        response.headers["location"] = request.url.path.removesuffix("/accept")
    return done


@router.put(
    "/{donation_id}/lines/{line}/verdict",
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState, LineUnknown, LineNotAcceptable),
)
async def decide(
    donation_id: UUID, line: LineNumber, body: DecideLine, principal: Coordinator, session: WriteSession
) -> ChangedOut:
    """Accept a refused line or refuse an accepted one, before the donation is accepted; the donor reads the reason."""
    return await verdicts.decide(session, donation_id, line, body.reason, principal, accepted=body.accepted)


@router.delete(
    "/{donation_id}/lines/{line}/verdict",
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState, LineUnknown),
)
async def restore(donation_id: UUID, line: LineNumber, principal: Coordinator, session: WriteSession) -> ChangedOut:
    """What the rules say of the line again."""
    return await verdicts.restore(session, donation_id, line, principal)


@router.delete("/{donation_id}", status_code=204, responses=raises(DonationNotFound, BeingAccepted, DonationNotInState))
async def discard(donation_id: UUID, principal: Declarer, session: WriteSession) -> None:
    """Delete a draft for good; its file may be sent again."""
    await drafting.discard(session, donation_id, principal)


@router.get("/{donation_id}/messages", responses=raises(DonationNotFound))
async def messages(donation_id: UUID, principal: Reader, session: ReadSession) -> list[MessageOut]:
    """What donor and coordination said to each other, the newest 200 in order; a key reads the side, not the author."""
    await service.get(session, donation_id, principal)
    said = await WordsRepository.from_session(session).messages(donors_of(principal), donation_id)
    return [one.model_copy(update={"author": ""}) for one in said] if principal.is_key else said


@router.post("/{donation_id}/messages", status_code=201, responses=raises(DonationNotFound))
async def say(donation_id: UUID, body: SayIn, principal: Declarer, session: WriteSession) -> MessageOut:
    """A word to the other side, which is told by mail."""
    return await words.say(session, donation_id, body.text, principal)


@router.get("/{donation_id}/place", responses=raises(DonationNotFound))
async def place(donation_id: UUID, principal: Reader, session: ReadSession) -> PlaceOut:
    """Where the devices are and when it suits."""
    await service.get(session, donation_id, principal)
    return await WordsRepository.from_session(session).place(donors_of(principal), donation_id)


@router.put(
    "/{donation_id}/place",
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState, SiteUnknown, DonorNotFound),
)
async def put_place(donation_id: UUID, body: PlaceIn, principal: Declarer, session: WriteSession) -> PlaceOut:
    """Say where the devices are and when it suits, until the donation is answered."""
    return await words.put(session, donation_id, body, principal)


@router.post("/{donation_id}/withdraw", responses=raises(DonationNotFound, BeingAccepted, DonationNotInState))
async def withdraw(donation_id: UUID, principal: DonorAlone, session: WriteSession) -> ChangedOut:
    """Take a donation back before it is answered."""
    return await ending.withdraw(session, donation_id, principal)


@router.post("/{donation_id}/cancel", responses=raises(DonationNotFound, BeingAccepted, DonationNotInState))
async def cancel(donation_id: UUID, body: CancelDonation, principal: Declarer, session: WriteSession) -> ChangedOut:
    """Give an accepted donation up before its pickup, with the reason that the other side reads."""
    return await ending.cancel(session, donation_id, body.reason, principal)


@router.post("/{donation_id}/decline", responses=raises(DonationNotFound, BeingAccepted, DonationNotInState))
async def decline(
    donation_id: UUID, body: DeclineDonation, principal: Coordinator, session: WriteSession
) -> ChangedOut:
    """Decline the whole donation, with the reason that the donor will read."""
    return await service.decline(session, donation_id, body.reason, principal)


async def detail(session: AsyncReadSession, donation_id: UUID, principal: Principal) -> DonationDetail:
    """A donation with its thread and lots, for the API and for the page. Raises DonationNotFound."""
    donation = await service.get(session, donation_id, principal)
    return DonationDetail(
        **asdict(donation),
        thread=await DeviceRepository.from_session(session).thread(
            donors_of(principal), donation.id, donation.declared
        ),
        lots=await LotRepository.from_session(session).ids_of(donors_of(principal), donation.id),
        acceptance=await acceptance.at_work(session, donation.id)
        if donation.status is DonationStatus.SUBMITTED
        else None,
    )
