"""What a company needs for its taxes: the data of the receipt (Cerfa n° 16216), and the attestation for VAT."""

from collections import Counter

from filiere.documents.paper import Block, Content, Facts, Signatures, Table, Text
from filiere.web.formats import full_day, money, number

from collect.devices.stage import Stage
from collect.documents.facts import DonationFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers.letters import in_letters
from collect.documents.papers.words import NONE, address, headed, how_many, of, spaced, what

_HEADER = ("Nature du bien", "Quantité", "Date du don")


def receipt(facts: DonationFacts) -> Content:
    valuation = facts.valuation
    assert valuation is not None  # without one it is not ready
    value = [
        ("Valeur déterminée par le donateur", f"*** {money(valuation.amount_cents)} ***"),
        ("En toutes lettres", in_letters(valuation.amount_cents)),
        ("Méthode du donateur", valuation.method.label_fr),
        ("Déclarée le", full_day(valuation.declared_at)),
    ]
    return Content(
        title=DocumentKind.RECEIPT.label_fr,
        lead=f"Ce que le reçu du don {facts.donation.reference} doit mentionner (article 238 bis du CGI).",
        blocks=[
            *headed("Organisme bénéficiaire", [_body(facts)]),
            *headed("Entreprise donatrice", [_donor(facts)]),
            *headed("Biens reçus et acceptés", _goods(facts)),
            *headed("Valeur", [Facts(value)]),
            Signatures(["Signature autorisée de l'organisme : nom, qualité, date"]),
        ],
        method=[
            "La valeur et sa méthode sont celles que l'entreprise déclare, sous sa seule responsabilité ; ni "
            "l'organisme ni ce logiciel ne la calculent. Seuls les équipements acceptés et reçus sont décrits.",
            "Ce document réunit les mentions du modèle 2041-MEC-SD (Cerfa n° 16216) ; il vaut reçu seulement "
            "une fois complété et signé par l'organisme bénéficiaire.",
        ],
    )


def vat(facts: DonationFacts) -> Content:
    decree = facts.beneficiary.decree or "à compléter par l'organisme"
    return Content(
        title=DocumentKind.VAT.label_fr,
        lead=f"Don {facts.donation.reference} {of(facts.donor.name)} : biens usagés qui ont servi à son activité.",
        blocks=[
            *headed("Organisme bénéficiaire", [_body(facts), Facts([("Décret de reconnaissance", decree)])]),
            *headed("Entreprise donatrice", [_donor(facts)]),
            *headed("Inventaire détaillé des biens", _goods(facts)),
            Signatures(["Pour l'organisme : nom, qualité, date, signature", "Pour le donateur : nom, date, signature"]),
        ],
        method=[
            "CGI, article 273 septies D ; annexe III, article 84 B ; décret n° 2020-731. À établir en "
            "deux exemplaires, gardés six ans par le donateur et par l'organisme. Ce document réunit les mentions ; il "
            "vaut attestation une fois signé par l'organisme bénéficiaire.",
        ],
    )


def _body(facts: DonationFacts) -> Facts:
    body = facts.beneficiary
    rows = [("Nom", body.name), ("Adresse", body.address), ("Objet", body.purpose), ("Qualité", body.status or NONE)]
    return Facts(rows)


def _donor(facts: DonationFacts) -> Facts:
    donor, legal_form = facts.donor, facts.valuation.legal_form if facts.valuation else NONE
    return Facts(
        [
            ("Dénomination", donor.name),
            ("Forme juridique", legal_form),
            ("SIREN", spaced(donor.siren)),
            ("Adresse", address(donor.sites[0])),
        ]
    )


def _goods(facts: DonationFacts) -> list[Block]:
    """Nature and quantity of all that was accepted and is there: what the donor has put its value on."""
    there = [
        one
        for one in facts.devices
        if one.stage is not Stage.MISSING and one.collected_at is not None and one.surplus_at is None
    ]
    counted = Counter(what(one) for one in there)
    on = full_day(facts.donation.collected_at) if facts.donation.collected_at else NONE
    rows = [(nature, number(count), on) for nature, count in sorted(counted.items())]
    total = Text(f"{how_many(len(there))} en tout ; chacun est suivi par son étiquette.")
    return [Table(_HEADER, rows, (4, 1, 1.6), (False, True, False)), total]
