"""What is done with documents and links: ask for one, list them, confirm a code, share a proof, take it back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from filiere import journal
from filiere.database import EVERYBODY, AsyncReadSession, AsyncSession
from filiere.identifiers import IdentifierError, parse_code, uuid7
from filiere.jobs.repository import JobRepository
from filiere.links.repository import Link, LinkRepository, LinkState
from filiere.links.tokens import LinkSigner
from filiere.web import Principal

from collect.devices.repository import DeviceRepository
from collect.devices.schemas import LotErasure, Thread
from collect.documents.errors import (
    CodeUnknown,
    DocumentNotFound,
    DocumentTooEarly,
    LinkClosed,
    LinkNotFound,
    NothingToValue,
    TooManyLinks,
)
from collect.documents.kinds import DocumentKind, Readiness, certificate_awaits, readiness, worth
from collect.documents.repository import DocumentRepository
from collect.documents.schemas import (
    ConfirmedOut,
    DocumentOut,
    DocumentState,
    LotCertificateState,
    ValuationIn,
    YearState,
)
from collect.documents.valuation import Beneficiary, Valuation
from collect.documents.valuation_repository import ValuationRepository
from collect.documents.year_repository import YearRepository
from collect.donations.donation import Donation
from collect.donations.service import JOURNAL
from collect.donations.service import get as get_donation
from collect.donors.service import get as get_donor
from collect.lots.lot import Lot
from collect.lots.schemas import LotOut
from collect.lots.service import get as get_lot
from collect.tenancy import donors_of

KIND = "document"
"""The kind of job that draws one; its key is the document's subject."""
PROOF_LINK = "donation-proof"
SHARED = (DocumentKind.PROOF, DocumentKind.ERASURE, DocumentKind.REUSE, DocumentKind.IMPACT)
"""What a link to the proof opens too."""
TO_SHARE = (DocumentKind.PROOF, DocumentKind.ERASURE)
"""Those that have an edition for links while few people have a device."""
LIFETIME = timedelta(days=365)
MOST_LINKS = 20
MOST_SHOWN = 100


def subject_of(kind: DocumentKind, donation_id: UUID) -> str:
    return f"{kind.value}:donation:{donation_id}"


def link_subject(donation_id: UUID, kind: DocumentKind = DocumentKind.PROOF) -> str:
    """Of a paper as a link opens it while fewer than five people have a device: nothing in it counts them."""
    return f"{kind.value}:link:{donation_id}"


def lot_subject(lot_id: UUID) -> str:
    """Of a lot's certificate of erasure."""
    return f"{DocumentKind.ERASURE.value}:lot:{lot_id}"


def year_subject(donor_id: UUID, year: int) -> str:
    return f"{DocumentKind.YEAR.value}:donor:{donor_id}:{year}"


async def years(session: AsyncReadSession, donor_id: UUID, principal: Principal) -> list[YearState]:
    """The years of a donor that have a donation, the newest first, and how far the file of each is.

    Raises DonorNotFound.
    """
    await get_donor(session, donor_id, principal)
    found = await YearRepository.from_session(session).years(donors_of(principal), donor_id)
    subjects = [year_subject(donor_id, year) for year in found]
    newest = await DocumentRepository.from_session(session).newest_of(donors_of(principal), subjects)
    jobs = await JobRepository.from_session(session).newest_of(KIND, subjects)
    states: list[YearState] = []
    for year, subject in zip(found, subjects, strict=True):
        job = jobs.get(subject)
        is_open = job is not None and job.state.is_open
        failure = job.failure if job is not None and not is_open else None
        states.append(YearState(year=year, is_preparing=is_open, failure=failure, newest=newest.get(subject)))
    return states


async def ask_year(session: AsyncSession, donor_id: UUID, year: int, verify: str, principal: Principal) -> None:
    """Have the file of a year drawn. Raises DonorNotFound, DocumentNotFound."""
    await get_donor(session, donor_id, principal)
    if year not in await YearRepository.from_session(session).years(donors_of(principal), donor_id):
        raise DocumentNotFound(str(year))
    asked = {"kind": DocumentKind.YEAR.value, "donor_id": str(donor_id), "year": year, "verify": verify}
    await JobRepository.from_session(session).ask(uuid7(), KIND, year_subject(donor_id, year), asked)


async def states(
    session: AsyncReadSession, donation: Donation, beneficiary: Beneficiary, principal: Principal
) -> list[DocumentState]:
    """Every document of a donation, and how far it is."""
    ready = await _ready(session, donation, beneficiary, principal)
    subjects = [subject_of(one.kind, donation.id) for one in ready]
    newest = await DocumentRepository.from_session(session).newest_of(donors_of(principal), subjects)
    jobs = await JobRepository.from_session(session).newest_of(KIND, subjects)
    found: list[DocumentState] = []
    for one, subject in zip(ready, subjects, strict=True):
        job, document = jobs.get(subject), newest.get(subject)
        is_open = job is not None and job.state.is_open
        state = "preparing" if is_open else "available" if document else "waiting" if one.waits_for else "possible"
        found.append(
            DocumentState.model_validate(
                {
                    "kind": one.kind,
                    "state": state,
                    "waits_for": one.waits_for,
                    "failure": job.failure if job is not None and not is_open else None,
                    "newest": document,
                }
            )
        )
    return found


async def ask(
    session: AsyncSession,
    donation_id: UUID,
    kind: DocumentKind,
    verify: str,
    beneficiary: Beneficiary,
    principal: Principal,
) -> None:
    """Have a document drawn by the worker. `verify`: the address of the page that confirms it, before its code.

    Raises DonationNotFound, DocumentNotFound, DocumentTooEarly.
    """
    donation = await get_donation(session, donation_id, principal)
    possible = await _ready(session, donation, beneficiary, principal)
    ready = next((one for one in possible if one.kind is kind), None)
    if ready is None:
        raise DocumentNotFound(kind.value)
    if ready.waits_for is not None:
        raise DocumentTooEarly(kind, ready.waits_for)
    asked = {
        "kind": kind.value,
        "donation_id": str(donation_id),
        "verify": verify,
        "beneficiary": asdict(beneficiary),
    }
    await JobRepository.from_session(session).ask(uuid7(), KIND, subject_of(kind, donation_id), asked)


async def certificates(
    session: AsyncReadSession, lots: Sequence[Lot | LotOut], principal: Principal
) -> list[LotCertificateState]:
    """The certificate of erasure of each of these lots, which the caller has found, and how far it is."""
    subjects = {lot.id: lot_subject(lot.id) for lot in lots}
    erasures = await DeviceRepository.from_session(session).erasure_of_lots(donors_of(principal), list(subjects))
    newest = await DocumentRepository.from_session(session).newest_of(donors_of(principal), list(subjects.values()))
    jobs = await JobRepository.from_session(session).newest_of(KIND, list(subjects.values()))
    found: list[LotCertificateState] = []
    for lot in lots:
        erasure = erasures.get(lot.id) or LotErasure(wiped=0, without=0, waiting=0, missing=0)
        job, document, waits_for = jobs.get(subjects[lot.id]), newest.get(subjects[lot.id]), certificate_awaits(erasure)
        is_open = job is not None and job.state.is_open
        state = "preparing" if is_open else "available" if document else "waiting" if waits_for else "possible"
        found.append(
            LotCertificateState.model_validate(
                {
                    "lot_id": lot.id,
                    "code": lot.code,
                    "wiped": erasure.wiped,
                    "without_medium": erasure.without,
                    "remaining": erasure.waiting,
                    "withdrawn": erasure.withdrawn,
                    "missing": erasure.missing,
                    "state": state,
                    "waits_for": waits_for,
                    "failure": job.failure if job is not None and not is_open else None,
                    "newest": document,
                }
            )
        )
    return found


async def certificate(session: AsyncReadSession, lot_id: UUID, principal: Principal) -> LotCertificateState:
    """The certificate of erasure of one lot. Raises LotNotFound."""
    [found] = await certificates(session, [await get_lot(session, lot_id, principal)], principal)
    return found


async def ask_certificate(session: AsyncSession, lot_id: UUID, verify: str, principal: Principal) -> None:
    """Have a lot's certificate of erasure drawn. Raises LotNotFound, DocumentTooEarly."""
    state = await certificate(session, lot_id, principal)
    if state.waits_for is not None:
        raise DocumentTooEarly(DocumentKind.ERASURE, state.waits_for)
    asked = {"kind": DocumentKind.ERASURE.value, "lot_id": str(lot_id), "verify": verify}
    await JobRepository.from_session(session).ask(uuid7(), KIND, lot_subject(lot_id), asked)


async def issued(session: AsyncReadSession, document_id: UUID, principal: Principal) -> tuple[DocumentOut, bytes]:
    """A document with its bytes. Raises DocumentNotFound."""
    documents = DocumentRepository.from_session(session)
    document = await documents.get(donors_of(principal), document_id)
    pdf = await documents.pdf(donors_of(principal), document_id) if document is not None else None
    if document is None or pdf is None:
        raise DocumentNotFound(document_id)
    return document, pdf


async def confirm(session: AsyncReadSession, code: str) -> ConfirmedOut:
    """What anybody may know of the document of this code. Raises CodeUnknown."""
    try:
        known = await DocumentRepository.from_session(session).confirmed(parse_code(code))
    except IdentifierError as error:
        raise CodeUnknown(str(error)) from error
    if known is None:
        raise CodeUnknown
    document, replaced_by = known
    return ConfirmedOut(
        kind=document.kind,
        kind_fr=document.kind.label_fr,
        number=document.number,
        issued_at=document.issued_at,
        sha256=document.sha256,
        replaced_by=replaced_by,
    )


async def links(session: AsyncReadSession, donation: Donation, principal: Principal) -> list[Link]:
    """The links to a donation's proof, the newest first, those that are open before all others."""
    return await LinkRepository.from_session(session).of(donors_of(principal), PROOF_LINK, donation.id, MOST_SHOWN)


async def share(session: AsyncSession, donation_id: UUID, principal: Principal, *, again: bool = False) -> Link:
    """A link to the donation's proof: the newest open one, or with `again` another.

    Raises DonationNotFound, TooManyLinks.
    """
    donation = await get_donation(session, donation_id, principal)
    there = [link for link in await links(session, donation, principal) if link.state is LinkState.OPEN]
    if there and not again:
        return there[0]
    if len(there) >= MOST_LINKS:
        raise TooManyLinks
    await journal.note(session, principal, JOURNAL, donation.id, "link-made")
    return await LinkRepository.from_session(session).make(
        PROOF_LINK, donation.donor_id, donation.id, principal.subject, LIFETIME
    )


async def revoke(session: AsyncSession, link_id: UUID, principal: Principal) -> Link:
    """Let a link open nothing any more. Raises LinkNotFound."""
    link = await LinkRepository.from_session(session).revoke(donors_of(principal), PROOF_LINK, link_id)
    if link is None:
        raise LinkNotFound(link_id)
    await journal.note(session, principal, JOURNAL, link.subject_id, "link-revoked")
    return link


async def opened(session: AsyncReadSession, signer: LinkSigner, token: str) -> UUID:
    """The donation that a link opens. Raises LinkClosed."""
    link_id = signer.read(token)
    link = await LinkRepository.from_session(session).get(PROOF_LINK, link_id) if link_id is not None else None
    if link is None or link.state is not LinkState.OPEN:
        raise LinkClosed
    return link.subject_id


async def newest_for_stranger(session: AsyncReadSession, donation_id: UUID) -> list[DocumentOut]:
    """The documents of a donation that a link opens. Nothing about values or addresses is among them, nor a paper that
    counts fewer than five people: of the proof then another edition is opened, which does not."""
    subjects = [
        *(link_subject(donation_id, kind) for kind in TO_SHARE),
        *(subject_of(kind, donation_id) for kind in SHARED),
    ]
    return await DocumentRepository.from_session(session).newest_to_share(SHARED, subjects)


async def content_for_stranger(session: AsyncReadSession, document: DocumentOut) -> bytes:
    """The bytes of a document that a link opens. Raises DocumentNotFound."""
    pdf = await DocumentRepository.from_session(session).pdf(EVERYBODY, document.id)
    if pdf is None:
        raise DocumentNotFound(document.id)
    return pdf


async def valued(session: AsyncReadSession, donation: Donation, principal: Principal) -> tuple[Valuation | None, int]:
    """What the donor said its devices are worth, and how many there are to say it of."""
    valuation = await ValuationRepository.from_session(session).get(donors_of(principal), donation.id)
    return valuation, worth(await _thread(session, donation, principal))


async def value(session: AsyncSession, donation_id: UUID, said: ValuationIn, principal: Principal) -> None:
    """The donor's own value of what it gave, and its method. Raises DonationNotFound, NothingToValue."""
    donation = await get_donation(session, donation_id, principal)
    devices = worth(await _thread(session, donation, principal))
    if donation.public_body or donation.collected_at is None or not devices:
        raise NothingToValue
    await ValuationRepository.from_session(session).declare(
        donation.donor_id, donation.id, devices, said.amount_cents, said.method, said.legal_form
    )


async def _thread(session: AsyncReadSession, donation: Donation, principal: Principal) -> Thread:
    return await DeviceRepository.from_session(session).thread(donors_of(principal), donation.id, donation.declared)


async def _ready(
    session: AsyncReadSession, donation: Donation, beneficiary: Beneficiary, principal: Principal
) -> list[Readiness]:
    valuation = await ValuationRepository.from_session(session).get(donors_of(principal), donation.id)
    return readiness(donation, await _thread(session, donation, principal), valuation, beneficiary)
