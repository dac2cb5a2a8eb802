"""The certificate of erasure: one line per medium, and apart from them the devices that have none."""

from collections import Counter

from filiere.catalogue import Category
from filiere.documents.paper import Block, Content, Figures, Table, Text
from filiere.web.formats import number

from collect.devices.schemas import DeviceOut, Erasure
from collect.devices.words import LEVELS
from collect.documents.facts import DonationFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers.words import NONE, counted_fr, headed, what, when, whom

_HEADER = (
    "Étiquette",
    "Équipement",
    "N° de série",
    "Support",
    "N° du support",
    "Niveau",
    "Méthode",
    "Outil",
    "Effacé le",
    "Vérifié",
)
_WIDTHS = (1.1, 1.9, 1.3, 0.8, 1.5, 1.0, 1.6, 1.1, 1.1, 0.8)


def written(facts: DonationFacts) -> Content:
    wiped = [device for device in facts.devices if device.erased_at and device.erasures]
    without = [device for device in facts.devices if device.erased_at and not device.erasures]
    waiting = len(facts.devices) - len(wiped) - len(without)
    media = [_line(device, one) for device in wiped for one in device.erasures]
    figures = [
        (number(len(media)), counted_fr(len(media), "support effacé", "supports effacés"), _in(len(wiped))),
        (number(len(without)), "sans support", "vérifié, rien à effacer"),
    ]
    if waiting:
        figures.append((number(waiting), "sans effacement constaté", "à ce jour : ce certificat n'en dit rien"))
    blocks: list[Block] = [whom(facts), Figures(figures)]
    if media:
        blocks += headed("Supports effacés", [Table(_HEADER, media, _WIDTHS)])
    if without:
        kinds = Counter(device.category for device in without)
        counted = ", ".join(Category(kind).counted_fr(count) for kind, count in kinds.most_common())
        rows = [(one.label, what(one), one.serial or NONE, when(one.erased_at)) for one in without]
        table = Table(("Étiquette", "Équipement", "N° de série", "Vérifié le"), rows, (1.2, 3, 2, 1.4))
        said = Text(f"{counted} : l'atelier a vérifié qu'il n'y a rien à effacer.")
        blocks += headed("Équipements sans support de données", [said, table])
    return Content(
        title=DocumentKind.ERASURE.label_fr,
        lead=f"Supports de données des équipements du don {facts.donation.reference} de {facts.donor.name}.",
        blocks=blocks,
        wide=True,
        method=[
            "Niveaux selon NIST SP 800-88 : clear (réécriture de ce que l'utilisateur peut atteindre), purge (commande "
            "propre au support, irrécupérable en laboratoire), destroy (support détruit). « Vérifié » : une seconde "
            "personne de l'atelier a constaté le rapport. Un champ que l'atelier n'a pas transmis est marqué « — » ; "
            "les noms de l'opérateur et du vérificateur restent à l'atelier.",
        ],
    )


def _line(device: DeviceOut, one: Erasure) -> tuple[str, ...]:
    kind = (one.kind or "").upper()
    return (
        device.label,
        what(device),
        device.serial or NONE,
        NONE if kind in ("", "UNKNOWN") else kind,
        one.serial or NONE,
        LEVELS.get(one.level or "", one.level or "") or NONE,
        one.method or NONE,
        " ".join(filter(None, (one.tool, one.tool_version))) or NONE,
        when(device.erased_at),
        "oui" if one.verified else NONE,
    )


def _in(devices: int) -> str:
    return f"dans {number(devices)} {counted_fr(devices, 'équipement', 'équipements')}"
