"""API of top-ups: /topups. No route gives a code: it is shown to whoever hands it over, on their page."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Query, UploadFile
from filiere.web import OwnSessions, Principal, ReadSession, Role, WriteSession, allow, api_router, own_settings, raises
from filiere.web.bounded_types import Day

from distribute.closings.errors import NotYourTill, WhichTill
from distribute.handovers import slips
from distribute.handovers.errors import (
    CheckoutKeyReused,
    DifferentRelais,
    IsRecalled,
    KeptForACase,
    MayNotSell,
    MustBeWiped,
    NotDeliveredYet,
    NotInYourStock,
    NotThen,
    SharedNumber,
    StructurePaysTooMuch,
    TierDoesNotFit,
    TwiceInTheCart,
)
from distribute.referrals.codes import SlipCodes
from distribute.referrals.errors import SlipEnded, SlipForSomethingElse, SlipUnknown, SlipUsed, TooManyGuesses
from distribute.relais.errors import AgreementForbids, RelaisNotFound
from distribute.settings import DistributeSettings
from distribute.tenancy import own_relais_of, relais_of
from distribute.topups import by_slip, kits, lots, offers, service, sharing
from distribute.topups.errors import (
    AboveCeiling,
    AskTheOperator,
    CodeDoesNotOpen,
    CodeWasUsed,
    KeyIsMissing,
    LotHasLeft,
    LotNotFound,
    MayNotSellTopups,
    NoKeyForCodes,
    NoneLeft,
    NoPrice,
    NoSuchCodes,
    NotAFileOfCodes,
    NotASim,
    NothingToShare,
    NotSoMany,
    NotYourSale,
    OfferClosed,
    OfferKnown,
    OfferNotClosed,
    OfferNotFound,
    PriceDayTaken,
    PriceHasBegun,
    PriceTooSoon,
    SaleKeyReused,
    SayItIsUnused,
    StructurePaysMore,
    TopupUndoIsTheLeads,
    TopupUndone,
)
from distribute.topups.keys import vault_of
from distribute.topups.reading import MOST_BYTES, SHOWN
from distribute.topups.repository import TopupsRepository
from distribute.topups.requests_repository import TopupRequestsRepository
from distribute.topups.schemas import (
    ActivationIn,
    AskAllIn,
    AskIn,
    CodeOut,
    ImportedOut,
    KitIn,
    KitOut,
    LotOut,
    OfferIn,
    OfferOut,
    OfferWords,
    PriceIn,
    RequestOut,
    RestockIn,
    ReturnIn,
    SaleIn,
    SaleOut,
    SendIn,
    ShareOut,
    UndoTopupIn,
    WrongLine,
)
from distribute.topups.status import CodeStatus

router = api_router("/topups", tags=["topups"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Relais = Annotated[Principal, allow(Role.RELAIS)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Own = Annotated[DistributeSettings, own_settings(DistributeSettings)]


@router.get("/offers")
async def listing(principal: Reader, session: ReadSession) -> list[OfferOut]:
    """Every offer, its price today, and how many codes the caller has of it."""
    return await offers.listing(session, principal)


@router.post("/offers", status_code=201, responses=raises(OfferKnown, OfferNotFound))
async def add(body: OfferIn, principal: Coordinator, session: WriteSession) -> OfferOut:
    """A new offer of an operator, with its first price."""
    return await offers.add(session, principal, body)


@router.post("/offers/{offer_id}/prices", responses=raises(OfferNotFound, PriceTooSoon, PriceDayTaken))
async def set_price(offer_id: UUID, body: PriceIn, principal: Coordinator, session: WriteSession) -> OfferOut:
    """Another price from a day on."""
    return await offers.set_price(session, principal, offer_id, body)


@router.delete("/offers/{offer_id}/prices/{valid_from}", responses=raises(OfferNotFound, PriceHasBegun))
async def withdraw_price(offer_id: UUID, valid_from: Day, principal: Coordinator, session: WriteSession) -> OfferOut:
    """Take a price back before its first day."""
    return await offers.withdraw_price(session, principal, offer_id, valid_from)


@router.put("/offers/{offer_id}", responses=raises(OfferNotFound, OfferKnown))
async def correct(offer_id: UUID, body: OfferWords, principal: Coordinator, session: WriteSession) -> OfferOut:
    """Mend its words."""
    return await offers.correct(session, principal, offer_id, body)


@router.post("/offers/{offer_id}/close", responses=raises(OfferNotFound, OfferClosed))
async def close(offer_id: UUID, principal: Coordinator, session: WriteSession) -> OfferOut:
    """No more of it is asked for, taken in, sent or handed over; what there is of it stays where it is."""
    return await offers.close(session, principal, offer_id)


@router.post("/offers/{offer_id}/reopen", responses=raises(OfferNotFound, OfferNotClosed))
async def reopen(offer_id: UUID, principal: Coordinator, session: WriteSession) -> OfferOut:
    """It goes on."""
    return await offers.reopen(session, principal, offer_id)


@router.get("/offers/{offer_id}/lots", responses=raises(OfferNotFound))
async def files_of(offer_id: UUID, principal: Coordinator, session: ReadSession) -> list[LotOut]:
    """The last twenty files of codes, the newest first."""
    await offers.get(session, relais_of(principal), offer_id)
    return await TopupsRepository.from_session(session).lots(offer_id)


@router.post("/offers/{offer_id}/lots/{lot_id}/withdraw", responses=raises(OfferNotFound, LotNotFound, LotHasLeft))
async def withdraw_lot(offer_id: UUID, lot_id: UUID, principal: Coordinator, session: WriteSession) -> OfferOut:
    """Forget a file that was taken in by mistake, while nobody has had or seen one of its codes."""
    await lots.withdraw(session, principal, offer_id, lot_id)
    return await offers.get(session, relais_of(principal), offer_id)


@router.get("/offers/{offer_id}/codes", responses=raises(OfferNotFound))
async def codes_of(
    offer_id: UUID,
    principal: Reader,
    session: ReadSession,
    status: Annotated[CodeStatus, Query(description="Where they are.")] = CodeStatus.AT_RELAIS,
) -> list[CodeOut]:
    """Codes of the caller's structures by number, never what they say: 200 at most, those to use first."""
    await offers.get(session, relais_of(principal), offer_id)
    return await TopupsRepository.from_session(session).codes(relais_of(principal), offer_id, status)


@router.post("/offers/{offer_id}/restock", responses=raises(OfferNotFound, NoSuchCodes, AskTheOperator))
async def restock(offer_id: UUID, body: RestockIn, principal: Coordinator, session: WriteSession) -> OfferOut:
    """Codes that came back, each named, are the network's to send; one that was read only if its operator confirms."""
    await lots.restock(session, principal, offer_id, body)
    return await offers.get(session, relais_of(principal), offer_id)


@router.post(
    "/offers/{offer_id}/codes",
    status_code=201,
    responses=raises(OfferNotFound, OfferClosed, NotAFileOfCodes, NoKeyForCodes, KeyIsMissing),
)
async def take_in(
    offer_id: UUID,
    principal: Coordinator,
    session: WriteSession,
    settings: Own,
    file: Annotated[UploadFile, File(description="A CSV of codes, 512 KB and 5,000 codes at most")],
) -> ImportedOut:
    """Take in the codes of a file; what is wrong is told line by line, the rest is taken in. It is not kept."""
    content = await file.read(MOST_BYTES + 1)
    taken = await lots.take_in(session, principal, vault_of(settings), offer_id, "lot", content)
    wrong = [WrongLine(line=one.number, why=one.why) for one in taken.wrong[:SHOWN]]
    return ImportedOut(imported=taken.imported, refused=len(taken.wrong), wrong=wrong)


@router.post("/offers/{offer_id}/send", responses=raises(OfferNotFound, OfferClosed, RelaisNotFound, NotSoMany))
async def send(offer_id: UUID, body: SendIn, principal: Coordinator, session: WriteSession) -> OfferOut:
    """Codes of the network become a Relais'."""
    await lots.send(session, principal, offer_id, body)
    return await offers.get(session, relais_of(principal), offer_id)


@router.post("/offers/{offer_id}/ask", responses=raises(OfferNotFound, OfferClosed, NotYourTill, WhichTill))
async def ask(offer_id: UUID, body: AskIn, principal: Relais, session: WriteSession) -> list[RequestOut]:
    """A Relais asks for codes, instead of what it still waits for."""
    await sharing.ask(session, principal, offer_id, body)
    return await TopupRequestsRepository.from_session(session).open(own_relais_of(principal))


@router.post("/requests", responses=raises(OfferNotFound, OfferClosed, NotYourTill, WhichTill))
async def ask_all(body: AskAllIn, principal: Relais, session: WriteSession) -> list[RequestOut]:
    """Ask in one go for several offers and structures of the caller: all of it, or nothing."""
    await sharing.ask_all(session, principal, body)
    return await TopupRequestsRepository.from_session(session).open(own_relais_of(principal))


@router.get("/requests")
async def waiting(principal: Reader, session: ReadSession) -> list[RequestOut]:
    """What the caller's structures still wait for, the oldest first."""
    return await TopupRequestsRepository.from_session(session).open(relais_of(principal))


@router.post("/offers/{offer_id}/share", responses=raises(OfferNotFound, OfferClosed, NothingToShare))
async def share(offer_id: UUID, principal: Coordinator, session: WriteSession) -> list[ShareOut]:
    """Send what the network has to those who wait, as the policy in force shares."""
    return await sharing.share(session, principal, offer_id)


@router.post(
    "/offers/{offer_id}/give-back", responses=raises(OfferNotFound, NotSoMany, NoSuchCodes, NotYourTill, WhichTill)
)
async def give_back(offer_id: UUID, body: ReturnIn, principal: Relais, session: WriteSession) -> OfferOut:
    """A Relais gives unsold codes back."""
    await lots.give_back(session, principal, offer_id, body)
    return await offers.get(session, relais_of(principal), offer_id)


@router.post(
    "/sales",
    status_code=201,
    responses=raises(
        OfferNotFound,
        OfferClosed,
        NoPrice,
        MayNotSellTopups,
        AgreementForbids,
        StructurePaysMore,
        AboveCeiling,
        NoneLeft,
        NoKeyForCodes,
        CodeDoesNotOpen,
        SaleKeyReused,
        NotYourTill,
        WhichTill,
        SlipUnknown,
        SlipUsed,
        SlipEnded,
        SlipForSomethingElse,
        TooManyGuesses,
    ),
)
async def sell(body: SaleIn, principal: Relais, database: OwnSessions, session: WriteSession, settings: Own) -> SaleOut:
    """Sell or give a top-up; the same id again sells nothing more. The answer does not hold the code."""
    slip = await slips.shown(database, principal, SlipCodes(settings), body.slip, body.id)
    ceiling = settings.topup_monthly_ceiling_cents
    return await by_slip.sell_with(session, principal, vault_of(settings), body, ceiling, slip)


@router.post(
    "/kits",
    status_code=201,
    responses=raises(
        NotInYourStock,
        SharedNumber,
        NotDeliveredYet,
        KeptForACase,
        IsRecalled,
        MustBeWiped,
        MayNotSell,
        TierDoesNotFit,
        CheckoutKeyReused,
        TwiceInTheCart,
        DifferentRelais,
        StructurePaysTooMuch,
        NotThen,
        OfferNotFound,
        OfferClosed,
        NotASim,
        NoPrice,
        MayNotSellTopups,
        AgreementForbids,
        StructurePaysMore,
        AboveCeiling,
        NoneLeft,
        NoKeyForCodes,
        CodeDoesNotOpen,
        SaleKeyReused,
        NotYourTill,
        WhichTill,
    ),
)
async def hand_over_kit(body: KitIn, principal: Relais, session: WriteSession, settings: Own) -> KitOut:
    """Hand a device and a SIM card over in one go: both, or neither; the same id again hands nothing more over."""
    return await kits.hand_over(session, principal, vault_of(settings), body, settings.topup_monthly_ceiling_cents)


@router.get("/sales/{sale_id}", responses=raises(NotYourSale))
async def sale(sale_id: UUID, principal: Relais, session: ReadSession) -> SaleOut:
    """A top-up that was handed over."""
    return await service.get(session, principal, sale_id)


@router.post(
    "/sales/{sale_id}/undo",
    responses=raises(NotYourSale, TopupUndone, TopupUndoIsTheLeads, CodeWasUsed, SayItIsUnused),
)
async def undo(sale_id: UUID, body: UndoTopupIn, principal: Relais, session: WriteSession) -> SaleOut:
    """Take it back, by a minus entry; of a code that was shown one says how one knows that nobody used it."""
    await service.undo(session, principal, sale_id, body)
    return await service.get(session, principal, sale_id)


@router.post("/sales/{sale_id}/activation", responses=raises(NotYourSale, TopupUndone))
async def tell(sale_id: UUID, body: ActivationIn, principal: Relais, session: WriteSession) -> SaleOut:
    """How far the operator's activation is, and who told it."""
    return await service.tell(session, principal, sale_id, body)
