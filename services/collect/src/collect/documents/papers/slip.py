"""The slip of a collection: what the carrier takes, to be signed by both."""

from collections import Counter

from filiere.catalogue import Category
from filiere.documents.paper import TO_TICK, Content, Facts, Signatures, Table
from filiere.web.formats import full_day

from collect.documents.facts import DonationFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers.words import NONE, address, announced, headed, how_many, spaced

_HEADER = ("Étiquette", "Équipement", "N° de série", "N° d'inventaire", "Remis")


def written(facts: DonationFacts) -> Content:
    donation, donor = facts.donation, facts.donor
    site = next((one for one in donor.sites if one.id == donation.pickup_site_id), donor.sites[0])
    day = full_day(donation.collected_at) if donation.collected_at else None
    planned = full_day(donation.pickup_on) if donation.pickup_on else "à fixer"
    expected = [device for device in facts.devices if device.surplus_at is None]
    counted = Counter(device.category for device in expected)
    kinds = ", ".join(Category(kind).counted_fr(count) for kind, count in counted.most_common())
    is_collected = donation.collected_at is not None
    rows = [
        (
            device.label,
            announced(device),
            device.serial or NONE,
            device.asset_tag or NONE,
            ("oui" if device.collected_at else "absent") if is_collected else TO_TICK,
        )
        for device in expected
    ]
    about = [
        ("Donateur", f"{donor.name}, SIREN {spaced(donor.siren)}"),
        ("Don", donation.reference),
        ("Lieu d'enlèvement", address(site)),
        ("Enlevé le" if day else "Enlèvement prévu", day or planned),
        ("À remettre" if not is_collected else "Annoncé", f"{how_many(len(expected))} : {kinds}"),
    ]
    if facts.lots:
        about.append(("Lot" if len(facts.lots) == 1 else "Lots", ", ".join(lot.code for lot in facts.lots)))
    return Content(
        title=DocumentKind.SLIP.label_fr,
        lead=f"Équipements du don {donation.reference} remis par {donor.name}.",
        blocks=[
            Facts(about),
            *headed("Équipements", [Table(_HEADER, rows, (1.2, 2.6, 1.6, 1.3, 0.7))]),
            Signatures(["Pour le donateur : nom, date, signature", "Pour le transporteur : nom, date, signature"]),
        ],
        method=["Réserves éventuelles à noter sur ce bon avant signature. L'atelier compte le lot à son arrivée."],
    )
