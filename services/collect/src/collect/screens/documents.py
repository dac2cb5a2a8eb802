"""Pages of a donation's documents and links, the page that confirms a code, and what a link shows to a stranger."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from filiere.catalogue import Category
from filiere.database import EVERYBODY, Part
from filiere.identifiers import IdentifierError, parse_code
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    public,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.pages import UNLISTED

from collect.devices.few import ALIKE, alike
from collect.devices.impact import impact_of_donation
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import FEWEST_PEOPLE
from collect.devices.words import public_line_of
from collect.documents import service
from collect.documents.api import link_out, signer, verify_address
from collect.documents.errors import CodeUnknown, DocumentNotFound, DocumentTooEarly
from collect.documents.kinds import DocumentKind
from collect.documents.schemas import AskDocument, AskYear, DocumentOut, ValuationIn
from collect.documents.valuation import Beneficiary, Method, Valuation, beneficiary_of
from collect.donations.donation import Donation
from collect.donations.repository import DonationRepository
from collect.donations.service import get as get_donation
from collect.donors.service import get as get_donor
from collect.lots.repository import LotRepository
from collect.lots.service import get as get_lot
from collect.screens.progress import beads
from collect.settings import CollectSettings
from collect.tenancy import donors_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
SHOWN = 100


@router.get("/dons/{donation_id}/documents", name="donation_documents")
async def documents(request: Request, donation_id: UUID, principal: Donor, session: ReadSession) -> Response:
    donation = await get_donation(session, donation_id, principal)
    return await _show(request, session, donation, principal)


@router.post("/dons/{donation_id}/documents", name="donation_documents")
async def ask(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    """Have one drawn."""
    donation = await get_donation(session, donation_id, principal)
    form = await read_form(request, AskDocument)
    if form.is_valid:
        async with attempt(request, form):
            await service.ask(
                session, donation_id, form.data.kind, verify_address(request), beneficiary(request), principal
            )
            return redirect(path("donation_documents", donation_id=donation_id))
    return await _show(request, session, donation, principal, form, 422)


@router.post("/dons/{donation_id}/preuve", name="donation_proof")
async def link_and_pdf(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    """The one thing a donor comes for: a link to show, and the PDF as things stand."""
    donation = await get_donation(session, donation_id, principal)
    form = Form[AskDocument]()
    async with attempt(request, form):
        await service.ask(
            session, donation_id, DocumentKind.PROOF, verify_address(request), beneficiary(request), principal
        )
        await service.share(session, donation_id, principal)
        return redirect(path("donation_documents", donation_id=donation_id))
    return await _show(request, session, donation, principal, form, 422)


@router.post("/dons/{donation_id}/valeur", name="donation_value")
async def value(
    request: Request, donation_id: UUID, principal: Annotated[Principal, allow(Role.DONOR)], session: WriteSession
) -> Response:
    """The donor's own value, and its method."""
    donation = await get_donation(session, donation_id, principal)
    form = await read_form(request, ValuationIn)
    if form.is_valid:
        async with attempt(request, form):
            await service.value(session, donation_id, form.data, principal)
            flash(request, _("Votre valeur est notée : vous pouvez établir le reçu et l'attestation."))
            return redirect(path("donation_documents", donation_id=donation_id))
    return await _show(request, session, donation, principal, status=422, value_form=form)


@router.post("/dons/{donation_id}/liens", name="donation_links")
async def another_link(request: Request, donation_id: UUID, principal: Donor, session: WriteSession) -> Response:
    donation = await get_donation(session, donation_id, principal)
    form = Form[AskDocument]()
    async with attempt(request, form):
        await service.share(session, donation_id, principal, again=True)
        flash(request, _("Un nouveau lien est ouvert."))
        return redirect(path("donation_documents", donation_id=donation_id))
    return await _show(request, session, donation, principal, form, 422)


@router.post("/liens/{link_id}/revoquer", name="revoke_link")
async def revoke(request: Request, link_id: UUID, principal: Donor, session: WriteSession) -> Response:
    link = await service.revoke(session, link_id, principal)
    flash(request, _("Le lien n'ouvre plus rien."))
    return redirect(path("donation_documents", donation_id=link.subject_id))


@router.get("/donateurs/{donor_id}/annees", name="donor_years")
async def years(request: Request, donor_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """One file a year: donations, reuse, impact and their documents."""
    donor, states = await get_donor(session, donor_id, principal), await service.years(session, donor_id, principal)
    return page(
        request, "screens/templates/documents/years.html", principal=principal, donor=donor, years=states,
        is_waited_for=any(one.is_preparing for one in states),
    )  # fmt: skip


@router.post("/donateurs/{donor_id}/annees", name="donor_years")
async def ask_year(request: Request, donor_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = await read_form(request, AskYear)
    if form.is_valid:
        await service.ask_year(session, donor_id, form.data.year, verify_address(request), principal)
    return redirect(path("donor_years", donor_id=donor_id))


@router.get("/lots/{lot_id}/certificat", name="lot_certificate")
async def certificate(request: Request, lot_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """A lot's certificate of erasure: how far it is, and its PDF."""
    return await _show_certificate(request, session, lot_id, principal, Form())


@router.post("/lots/{lot_id}/certificat", name="lot_certificate")
async def ask_certificate(request: Request, lot_id: UUID, principal: Donor, session: WriteSession) -> Response:
    form = Form[AskDocument]()
    async with attempt(request, form, DocumentTooEarly):
        await service.ask_certificate(session, lot_id, verify_address(request), principal)
        return redirect(path("lot_certificate", lot_id=lot_id))
    return await _show_certificate(request, session, lot_id, principal, form, 422)


async def _show_certificate(
    request: Request,
    session: ReadSession,
    lot_id: UUID,
    principal: Principal,
    form: Form[AskDocument],
    status: int = 200,
) -> Response:
    lot = await get_lot(session, lot_id, principal)
    [found] = await service.certificates(session, [lot], principal)
    return page(
        request, "screens/templates/documents/certificate.html", principal=principal, status=status, lot=lot,
        found=found, form=form,
    )  # fmt: skip


@router.get("/documents/{document_id}.pdf", name="document_pdf")
async def pdf(document_id: UUID, principal: Donor, session: ReadSession) -> Response:
    """The bytes as they were kept: their hash is the one that is shown."""
    document, content = await service.issued(session, document_id, principal)
    return _download(document, content)


@router.get("/verifier", name="verify", dependencies=[public()])
async def verify(request: Request, session: ReadSession, code: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Type the code of a document."""
    if code.strip():
        try:
            return redirect(path("verify_code", code=parse_code(code)))
        except IdentifierError as error:
            return page(request, "screens/templates/documents/verify.html", code=code, error=str(error), status=422)
    return page(request, "screens/templates/documents/verify.html", code="", error="")


@router.get("/verifier/{code}", name="verify_code", dependencies=[public()])
async def verify_code(request: Request, code: str, session: ReadSession) -> Response:
    """What the QR code of a document leads to: is it ours, and which. Nothing about whom it is for."""
    form = Form[AskDocument]()
    async with attempt(request, form, CodeUnknown) as tried:
        found = await service.confirm(session, code[:200])
        return page(request, "screens/templates/documents/verified.html", found=found, code=code)
    return page(
        request, "screens/templates/documents/verify.html", code=code[:40], error=tried.refusal.sentence, status=404
    )


@router.get("/preuve/{token}", name="shared_proof", dependencies=[public()])
async def shared(request: Request, token: str, session: ReadSession) -> Response:
    """What a link shows to whoever has it."""
    donation_id = await service.opened(session, signer(request), token)
    donation = await DonationRepository.from_session(session).get(EVERYBODY, donation_id)
    assert donation is not None  # nothing deletes what a link was made to
    devices = DeviceRepository.from_session(session)
    thread = await devices.thread(EVERYBODY, donation_id, donation.declared)
    reuse = await devices.reuse(EVERYBODY, donation_id)
    hidden = reuse.hidden
    impact = await impact_of_donation(session, EVERYBODY, donation_id, hidden)
    found = await devices.listing(EVERYBODY, donation_id=donation_id, part=Part(SHOWN))
    territories = await devices.told_territories(EVERYBODY, donation_id, FEWEST_PEOPLE, hidden)
    lines = [public_line_of(device, territories) for device in found.rows]
    answer = page(
        request,
        "screens/templates/documents/shared.html",
        donation=donation,
        thread=thread,
        beads=beads(donation, thread, reuse if hidden else None),
        is_few=reuse.is_few,
        is_in_part=bool(hidden),
        impact=impact if impact.reused else None,
        token=token,
        documents=await service.newest_for_stranger(session, donation_id),
        devices=[alike(one, _(ALIKE)) if one.real_category in hidden else one for one in lines],
        total=found.total,
        category_of=Category,
    )
    answer.headers.update(UNLISTED)
    return answer


@router.get("/preuve/{token}/{number}.pdf", name="shared_pdf", dependencies=[public()])
async def shared_pdf(request: Request, token: str, number: str, session: ReadSession) -> Response:
    donation_id = await service.opened(session, signer(request), token)
    documents = await service.newest_for_stranger(session, donation_id)
    document = next((one for one in documents if one.number == number), None)
    if document is None:
        raise DocumentNotFound(number[:40])
    answer = _download(document, await service.content_for_stranger(session, document))
    answer.headers.update(UNLISTED)
    return answer


async def _show(
    request: Request,
    session: ReadSession,
    donation: Donation,
    principal: Principal,
    form: Form[AskDocument] | None = None,
    status: int = 200,
    value_form: Form[ValuationIn] | None = None,
) -> Response:
    states = await service.states(session, donation, beneficiary(request), principal)
    valuation, devices = await service.valued(session, donation, principal)
    links = [link_out(request, link) for link in await service.links(session, donation, principal)]
    lots = await LotRepository.from_session(session).listing(donors_of(principal), donation_id=donation.id)
    return page(
        request,
        "screens/templates/documents/documents.html",
        principal=principal,
        status=status,
        donation=donation,
        states=states,
        proof=next(one for one in states if one.kind is DocumentKind.PROOF),
        is_waited_for=any(one.state == "preparing" for one in states),
        certificates=await service.certificates(session, lots.rows, principal),
        open_links=[link for link in links if link.state == "open"],
        closed_links=[link for link in links if link.state != "open"],
        form=form or Form[AskDocument](),
        valuation=valuation,
        devices_to_value=devices,
        value_form=value_form or _said(valuation),
        methods={one.value: _(one.label_fr).capitalize() for one in Method},
        asks_value=principal.has(Role.DONOR) and not donation.public_body and donation.collected_at is not None,
    )


def _download(document: DocumentOut, content: bytes) -> Response:
    headers = {
        "content-disposition": f'inline; filename="{document.number}.pdf"',
        "cache-control": "private, no-store",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def beneficiary(request: Request) -> Beneficiary:
    settings = app_state(request).settings
    assert isinstance(settings, CollectSettings)
    return beneficiary_of(settings)


def _said(valuation: Valuation | None) -> Form[ValuationIn]:
    if valuation is None:
        return Form()
    amount = f"{valuation.amount_cents / 100:.2f}".replace(".", ",")
    return Form({"amount": amount, "method": valuation.method.value, "legal_form": valuation.legal_form})
