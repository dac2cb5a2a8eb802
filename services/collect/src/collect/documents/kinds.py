"""The kinds of documents: what each is called, how its numbers begin, and what it waits for."""

from dataclasses import dataclass
from enum import StrEnum

from collect.devices.schemas import LotErasure, Thread
from collect.documents.valuation import Beneficiary, Valuation
from collect.donations.donation import Donation
from collect.donations.status import DonationStatus


class DocumentKind(StrEnum):
    """In the order in which they are listed."""

    PROOF = "proof"
    ERASURE = "erasure"
    SLIP = "slip"
    REUSE = "reuse"
    IMPACT = "impact"
    RECEIPT = "receipt"
    VAT = "vat"
    YEAR = "year"

    @property
    def label_fr(self) -> str:
        return _LABELS[self]

    @property
    def about_fr(self) -> str:
        return _ABOUT[self]

    @property
    def prefix(self) -> str:
        """The beginning of its numbers: « PR-2026-00001 »."""
        return _PREFIXES[self]


_LABELS = {
    DocumentKind.PROOF: "Preuve du don",
    DocumentKind.ERASURE: "Certificat d'effacement",
    DocumentKind.SLIP: "Bon d'enlèvement",
    DocumentKind.REUSE: "Preuve de réemploi",
    DocumentKind.IMPACT: "Bilan d'impact",
    DocumentKind.RECEIPT: "Données du reçu fiscal (Cerfa 16216)",
    DocumentKind.VAT: "Attestation de don pour la TVA",
    DocumentKind.YEAR: "Dossier de l'année",
}
_ABOUT = {
    DocumentKind.PROOF: "Chaque équipement, de la déclaration à sa destination, et ce que son réemploi évite.",
    DocumentKind.ERASURE: "Chaque support de données : numéro de série, méthode, niveau NIST, outil et version.",
    DocumentKind.SLIP: "Ce qui est remis au transporteur, à signer le jour de la collecte.",
    DocumentKind.REUSE: "Pour un organisme public : la part des équipements qui a trouvé un nouvel usage.",
    DocumentKind.IMPACT: "Ce que le réemploi évite, et la méthode qui le dit.",
    DocumentKind.RECEIPT: "Les mentions du reçu, avec la valeur que vous avez déterminée.",
    DocumentKind.VAT: "L'inventaire des biens donnés, sans régularisation de TVA.",
    DocumentKind.YEAR: "Tous les dons d'une année, leur réemploi, leur impact et leurs documents.",
}
_PREFIXES = {
    DocumentKind.PROOF: "PR",
    DocumentKind.ERASURE: "CE",
    DocumentKind.SLIP: "BE",
    DocumentKind.REUSE: "RE",
    DocumentKind.IMPACT: "BI",
    DocumentKind.RECEIPT: "RF",
    DocumentKind.VAT: "AT",
    DocumentKind.YEAR: "DA",
}
OF_DONATION = tuple(kind for kind in DocumentKind if kind is not DocumentKind.YEAR)
TAXES = (DocumentKind.RECEIPT, DocumentKind.VAT)
FIRST_ERASURE = "attend le premier effacement à l'atelier"
_UNANSWERED = (DonationStatus.DRAFT, DonationStatus.SUBMITTED)
_NEVER = (DonationStatus.DECLINED, DonationStatus.WITHDRAWN, DonationStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a document can be made now; `waits_for` says what is missing when it cannot."""

    kind: DocumentKind
    waits_for: str | None


def worth(thread: Thread) -> int:
    """Devices that a donor may put a value on: accepted, and there."""
    return thread.accepted - thread.missing


def readiness(
    donation: Donation, thread: Thread, valuation: Valuation | None, beneficiary: Beneficiary
) -> list[Readiness]:
    """What can be made of a donation, and what the others wait for; those that do not concern it are absent."""
    ready: list[Readiness] = []
    for kind in OF_DONATION:
        if kind is DocumentKind.REUSE and not donation.public_body:
            continue
        if kind in TAXES and donation.public_body:
            continue
        waits_for = _waits_for(kind, donation, thread)
        if waits_for is None and kind in TAXES:
            waits_for = _value_awaited(donation, thread, valuation, beneficiary)
        ready.append(Readiness(kind, waits_for))
    return ready


def certificate_awaits(erasure: LotErasure) -> str | None:
    """What a lot's certificate of erasure waits for; a partial one, for the first wiped device alone."""
    return None if erasure.wiped or erasure.without else FIRST_ERASURE


def _waits_for(kind: DocumentKind, donation: Donation, thread: Thread) -> str | None:
    if donation.status in _NEVER:
        return "n'existe pas : ce don n'a pas eu lieu"
    if donation.status in _UNANSWERED:
        return "attend l'acceptation du don"
    if kind is DocumentKind.ERASURE and not thread.erased:
        return FIRST_ERASURE
    if kind in (DocumentKind.REUSE, DocumentKind.IMPACT) and not thread.handed_over:
        return "attend la première remise à une personne"
    return None


def _value_awaited(
    donation: Donation, thread: Thread, valuation: Valuation | None, beneficiary: Beneficiary
) -> str | None:
    if donation.collected_at is None:
        return "attend la collecte"
    if not beneficiary.is_named:
        return "attend que l'exploitation nomme l'organisme bénéficiaire"
    if valuation is None:
        return "attend votre valeur et sa méthode"
    if valuation.devices != worth(thread):
        return "attend une nouvelle valeur : le nombre d'équipements a changé"
    return None
