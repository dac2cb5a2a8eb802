"""The letters that collect writes. Their links are addresses of its pages; a test compares them."""

from filiere.mail import MailKind
from filiere.roles import Role

DONATION = "/dons/{donation_id}"
DONOR = "/donateurs/{donor_id}"
DECLARE = "/dons/nouveau"
JOIN = "/inscription"
COUNT = "/comptes/{count_token}"
_HERE = "news/templates"
_SEE = "Voir le don"

DECLARED = MailKind(
    "donation-declared", Role.COORDINATOR, "Un don attend une réponse", f"{_HERE}/declared.txt", "Lire et répondre"
)
ACCEPTED = MailKind("donation-accepted", Role.DONOR, "Votre don est accepté", f"{_HERE}/accepted.txt", _SEE)
DECLINED = MailKind("donation-declined", Role.DONOR, "Votre don est décliné", f"{_HERE}/declined.txt", _SEE)
PICKUP = MailKind(
    "pickup-scheduled", Role.DONOR, "Le jour de la collecte est fixé ou change", f"{_HERE}/pickup.txt", _SEE
)
COUNT_LINK = "lot-count"
"""The purpose of the links that let a donor's people agree with a count without an account."""
COUNTED = MailKind(
    *("lot-counted", Role.DONOR, "L'atelier a compté vos équipements, à confirmer", f"{_HERE}/counted.txt"),
    button="Voir et confirmer le compte",
    opens=COUNT_LINK,
)
CLOSED = MailKind(
    "donation-closed", Role.DONOR, "Le bilan de votre don est prêt", f"{_HERE}/closed.txt", "Voir le bilan"
)

WORD_TO_DONOR = MailKind(
    "word-to-donor", Role.DONOR, "La coordination vous écrit", f"{_HERE}/word.txt", "Lire et répondre"
)
WORD_TO_NETWORK = MailKind(
    "word-to-coordination", Role.COORDINATOR, "Un donateur écrit", f"{_HERE}/word.txt", "Lire et répondre"
)
JOINED = MailKind("donor-joined", Role.COORDINATOR, "Une entreprise s'est inscrite", f"{_HERE}/joined.txt", "Confirmer")
CONFIRMED = MailKind(
    "donor-confirmed", Role.DONOR, "Votre inscription est confirmée", f"{_HERE}/confirmed.txt", "Voir la fiche"
)
REFUSED = MailKind(
    "donor-refused", Role.DONOR, "Votre inscription est refusée", f"{_HERE}/refused.txt", "Lire que faire"
)
REOPENED = MailKind(
    "donor-reopened", Role.DONOR, "Votre inscription est rouverte", f"{_HERE}/reopened.txt", "Voir la fiche"
)
WITHDRAWN = MailKind("donation-withdrawn", Role.COORDINATOR, "Un don est retiré", f"{_HERE}/withdrawn.txt", _SEE)
CANCELLED_BY_NETWORK = MailKind(
    "donation-cancelled", Role.DONOR, "Votre don est annulé", f"{_HERE}/cancelled.txt", _SEE
)
CANCELLED_BY_DONOR = MailKind(
    "donation-cancelled-by-donor", Role.COORDINATOR, "Un don accepté est annulé", f"{_HERE}/cancelled.txt", _SEE
)
WANTED_OF_DONORS = MailKind(
    "donors-wanted",
    Role.DONOR,
    "Ce que nous cherchons, quand vous en avez déjà donné",
    "appeals/templates/appeal.txt",
    "Déclarer un don",
)

MAILS = [
    *(JOINED, CONFIRMED, REFUSED, REOPENED),
    *(DECLARED, ACCEPTED, DECLINED, WITHDRAWN, CANCELLED_BY_NETWORK, CANCELLED_BY_DONOR),
    *(WORD_TO_DONOR, WORD_TO_NETWORK, PICKUP, COUNTED, CLOSED),
    WANTED_OF_DONORS,
]
