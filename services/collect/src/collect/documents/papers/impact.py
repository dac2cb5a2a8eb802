"""The report of impact: what reuse avoids, and the method that says so."""

from filiere.documents.paper import Content

from collect.devices.schemas import ImpactOut
from collect.documents.facts import DonationFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers.words import headed, impact_blocks, impact_method, of, whom


def written(facts: DonationFacts) -> Content:
    return Content(
        title=DocumentKind.IMPACT.label_fr,
        lead=f"Ce que le réemploi des équipements du don {facts.donation.reference} {of(facts.donor.name)} évite.",
        blocks=[whom(facts), *headed("Ce que le réemploi évite", impact_blocks(facts.impact))],
        method=[
            *impact_method(facts.impact),
            f"{_hours(facts.impact)} En dessous de 5, les personnes équipées ne sont pas comptées.",
        ],
    )


def _hours(impact: ImpactOut | None) -> str:
    if impact is None or impact.work_minutes is None:
        return "Heures de travail d'insertion : non comptées, aucun atelier ne les a transmises pour ces équipements."
    return (
        "Heures de travail d'insertion : celles que l'atelier a mesurées, sans estimation pour les autres équipements."
    )
