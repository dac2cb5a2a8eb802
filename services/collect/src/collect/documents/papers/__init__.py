"""What each kind of document says, from the facts of a donation. Pure."""

from collections.abc import Callable, Mapping

from filiere.documents.paper import Content

from collect.documents.facts import DonationFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers import erasure, gift, impact, proof, reuse, slip

WRITE: Mapping[DocumentKind, Callable[[DonationFacts], Content]] = {
    DocumentKind.PROOF: proof.written,
    DocumentKind.ERASURE: erasure.written,
    DocumentKind.SLIP: slip.written,
    DocumentKind.REUSE: reuse.written,
    DocumentKind.IMPACT: impact.written,
    DocumentKind.RECEIPT: gift.receipt,
    DocumentKind.VAT: gift.vat,
}
