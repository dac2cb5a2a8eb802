"""The proof of a donation: each device from its declaration to its kind of destination, and what reuse avoids."""

from filiere.documents.paper import BeadState, Content, Figures, Table, Text, Thread
from filiere.web.formats import number

from collect.devices.few import ALIKE, AT_LEAST, REUSED, Reuse
from collect.documents.facts import DonationFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers.words import (
    NONE,
    counted_fr,
    data_of,
    destination,
    headed,
    impact_blocks,
    impact_method,
    of,
    what,
    when,
    whom,
)

_HEADER = ("Étiquette", "Équipement", "N° de série", "Arrivé à l'atelier", "Données", "Catégorie", "Destination")
_UNTOLD = (
    "Moins de 5 personnes équipées : ni leur nombre, ni quels équipements elles ont, ni ce qu'ils évitent n'est écrit "
    "ici. Le donateur le lit dans son compte."
)
_UNTOLD_IN_PART = (
    "De chaque sorte d'équipement que moins de 5 personnes ont reçue, ni le nombre remis, ni ce qu'il évite n'est "
    "écrit ici, et aucun total ne les compte. Le donateur le lit dans son compte."
)
_WIDTHS = (1.4, 2.2, 1.9, 1.1, 1.9, 1.0, 1.6)


def to_share(facts: DonationFacts, reuse: Reuse) -> Content:
    """The proof as a link opens it while few people have a device, or one of a category: as the page behind the link
    says it, every such device that is ready or further reads alike, and no figure counts who has one."""
    return _written(facts, reuse)


def written(facts: DonationFacts) -> Content:
    """The donor's own."""
    return _written(facts, None)


def _written(facts: DonationFacts, few: Reuse | None) -> Content:
    thread = facts.thread
    answered = thread.accepted
    usable = max(answered - thread.missing - thread.withdrawn, 1)
    handed_over = (number(thread.handed_over), "remis", _state(thread.handed_over, thread.handed_over >= usable))
    beads = [
        _bead(*bead)
        for bead in (
            ("déclarés", thread.declared, True),
            ("acceptés", answered, True),
            ("collectés", thread.collected, thread.collected >= answered - thread.missing),
            ("effacés ou sans support", thread.erased, thread.erased >= usable),
            ("testés", thread.tested, thread.tested >= usable),
            ("prêts", thread.ready, thread.ready >= usable),
        )
    ]
    if few:
        said = AT_LEAST % {"num": number(few.told)} if few.told else few.said
        beads.append((said, "remis", "now"))
    else:
        beads.append(handed_over)
    hidden = few.hidden if few else frozenset()
    # By its label one may find where a device is.
    rows = [
        (
            NONE if device.stage in REUSED and device.real_category in hidden else device.label,
            what(device),
            device.serial or (f"inventaire {device.asset_tag}" if device.asset_tag else NONE),
            when(device.arrived_at),
            data_of(device),
            device.grade or NONE,
            ALIKE if device.stage in REUSED and device.real_category in hidden else destination(device),
        )
        for device in facts.devices
    ]
    if few is None:
        avoided, counted = impact_blocks(facts.impact), facts.impact
    elif facts.told_impact is None:
        avoided, counted = [Text(_UNTOLD if few.is_few else _UNTOLD_IN_PART)], None
    else:
        avoided, counted = [*impact_blocks(facts.told_impact), Text(_UNTOLD_IN_PART)], facts.told_impact
    without = thread.erased - thread.wiped
    ends = [
        (number(thread.wiped), counted_fr(thread.wiped, "équipement effacé", "équipements effacés"), ""),
        (number(without), "sans support de données", "vérifié, rien à effacer"),
        (number(thread.withdrawn), counted_fr(thread.withdrawn, "non réemployable", "non réemployables"), ""),
    ]
    if thread.missing:
        ends.append((number(thread.missing), counted_fr(thread.missing, "absent", "absents"), "à l'appel"))
    return Content(
        title=f"{DocumentKind.PROOF.label_fr}, version à partager" if few else DocumentKind.PROOF.label_fr,
        lead=f"Ce que sont devenus les équipements du don {facts.donation.reference} {of(facts.donor.name)}.",
        blocks=[
            whom(facts),
            *headed("Le fil de ce don", [Thread(beads), Figures(ends)]),
            *headed("Ce que le réemploi évite", avoided),
            *headed("Chaque équipement", [Table(_HEADER, rows, _WIDTHS)]),
        ],
        method=[
            "Chaque ligne vient des événements enregistrés par la collecte, l'atelier et la distribution. « Effacé » : "
            "chaque support de données est effacé et vérifié ; « sans support » : l'équipement n'en a pas. "
            "« Catégorie » : classement de performance à l'atelier, après tests.",
            *([] if few and counted is None else impact_method(counted)),
        ],
    )


def _bead(label: str, count: int, is_done: bool) -> tuple[str, str, BeadState]:
    return number(count), label, _state(count, is_done)


def _state(count: int, is_done: bool) -> BeadState:
    return "done" if is_done and count else "now" if count else "todo"
