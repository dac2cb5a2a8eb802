"""API of documents and of links to a donation's proof."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.keys import NO_KEY
from filiere.links.repository import Link, LinkState
from filiere.links.tokens import LinkSigner
from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, own_settings, public, raises
from filiere.web.app_state import app_state

from collect.documents import service
from collect.documents.errors import (
    CodeUnknown,
    DocumentNotFound,
    DocumentTooEarly,
    LinkNotFound,
    NothingToValue,
    TooManyLinks,
)
from collect.documents.schemas import (
    AskDocument,
    AskYear,
    ConfirmedOut,
    DocumentState,
    LinkOut,
    LotCertificateState,
    ValuationIn,
    YearState,
)
from collect.documents.valuation import beneficiary_of
from collect.donations.errors import DonationNotFound
from collect.donations.service import get as get_donation
from collect.donors.errors import DonorNotFound
from collect.keys import DOCUMENTS
from collect.lots.errors import LotNotFound
from collect.settings import CollectSettings

router = api_router("", tags=["documents"])

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(DOCUMENTS,))]
Person = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=NO_KEY)]
OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]


@router.get("/donations/{donation_id}/documents", responses=raises(DonationNotFound))
async def listing(
    donation_id: UUID, principal: Reader, session: ReadSession, settings: OwnSettings
) -> list[DocumentState]:
    """Every document of a donation, and how far it is."""
    donation = await get_donation(session, donation_id, principal)
    return await service.states(session, donation, beneficiary_of(settings), principal)


@router.post(
    "/donations/{donation_id}/documents",
    status_code=202,
    responses=raises(DonationNotFound, DocumentNotFound, DocumentTooEarly),
)
async def ask(
    request: Request,
    donation_id: UUID,
    body: AskDocument,
    principal: Reader,
    session: WriteSession,
    settings: OwnSettings,
) -> list[DocumentState]:
    """Have a document made; ask the list until it is available. Unless what it says has changed, it stays the same."""
    beneficiary = beneficiary_of(settings)
    await service.ask(session, donation_id, body.kind, verify_address(request), beneficiary, principal)
    return await service.states(session, await get_donation(session, donation_id, principal), beneficiary, principal)


@router.get("/lots/{lot_id}/certificate", responses=raises(LotNotFound))
async def certificate(lot_id: UUID, principal: Reader, session: ReadSession) -> LotCertificateState:
    """The certificate of erasure of a lot, and how far it is; partial while a device that is there is not wiped."""
    return await service.certificate(session, lot_id, principal)


@router.post("/lots/{lot_id}/certificate", status_code=202, responses=raises(LotNotFound, DocumentTooEarly))
async def ask_certificate(
    request: Request, lot_id: UUID, principal: Reader, session: WriteSession
) -> LotCertificateState:
    """Have a lot's certificate of erasure made: every device and medium, wiped, without, or not yet."""
    await service.ask_certificate(session, lot_id, verify_address(request), principal)
    return await service.certificate(session, lot_id, principal)


@router.get("/donors/{donor_id}/years", responses=raises(DonorNotFound))
async def years(donor_id: UUID, principal: Reader, session: ReadSession) -> list[YearState]:
    """The years of a donor that have a donation, and the file of each."""
    return await service.years(session, donor_id, principal)


@router.post("/donors/{donor_id}/years", status_code=202, responses=raises(DonorNotFound, DocumentNotFound))
async def ask_year(
    request: Request, donor_id: UUID, body: AskYear, principal: Reader, session: WriteSession
) -> list[YearState]:
    """Have the file of a year made: donations, reuse, impact and their documents, in one PDF."""
    await service.ask_year(session, donor_id, body.year, verify_address(request), principal)
    return await service.years(session, donor_id, principal)


@router.get(
    "/documents/{document_id}.pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}, **raises(DocumentNotFound)},
)
async def pdf(document_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """The document's bytes."""
    _, content = await service.issued(session, document_id, principal)
    return Response(content, media_type="application/pdf")


@router.get("/documents/confirmed/{code}", dependencies=[public()], responses=raises(CodeUnknown))
async def confirmed(code: str, session: ReadSession) -> ConfirmedOut:
    """Whether a document of this code was issued: kind, number, date, hash, and nothing about whom it is for."""
    return await service.confirm(session, code[:200])


@router.put("/donations/{donation_id}/valuation", status_code=204, responses=raises(DonationNotFound, NothingToValue))
async def value(
    donation_id: UUID,
    body: ValuationIn,
    principal: Annotated[Principal, allow(Role.DONOR, keys=NO_KEY)],
    session: WriteSession,
) -> None:
    """The donor's own value of what it gave, and its method: for the receipt and the attestation."""
    await service.value(session, donation_id, body, principal)


@router.get("/donations/{donation_id}/links", responses=raises(DonationNotFound))
async def links(request: Request, donation_id: UUID, principal: Person, session: ReadSession) -> list[LinkOut]:
    """The links to a donation's proof, those that are open first."""
    donation = await get_donation(session, donation_id, principal)
    return [link_out(request, link) for link in await service.links(session, donation, principal)]


@router.post("/donations/{donation_id}/links", status_code=201, responses=raises(DonationNotFound, TooManyLinks))
async def share(request: Request, donation_id: UUID, principal: Person, session: WriteSession) -> LinkOut:
    """Open another link for people without an account."""
    return link_out(request, await service.share(session, donation_id, principal, again=True))


@router.post("/links/{link_id}/revoke", responses=raises(LinkNotFound))
async def revoke(request: Request, link_id: UUID, principal: Person, session: WriteSession) -> LinkOut:
    """Let a link open nothing any more."""
    return link_out(request, await service.revoke(session, link_id, principal))


def signer(request: Request) -> LinkSigner:
    state = app_state(request)
    return LinkSigner(state.settings, state.service.name, service.PROOF_LINK)


def verify_address(request: Request) -> str:
    """Where a document's code leads, without the code: whole, for it is printed."""
    return app_state(request).settings.public_url.rstrip("/") + "/verifier/"


def link_out(request: Request, link: Link) -> LinkOut:
    """A link with its whole address while it is open."""
    base = app_state(request).settings.public_url.rstrip("/")
    address = f"{base}/preuve/{signer(request).token(link.id)}" if link.state is LinkState.OPEN else None
    return LinkOut(
        id=link.id,
        state=link.state.value,
        created_at=link.created_at,
        expires_at=link.expires_at,
        revoked_at=link.revoked_at,
        address=address,
    )
