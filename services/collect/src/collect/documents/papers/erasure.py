"""The certificate of erasure: one line per medium, and apart from them the devices that have none."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from filiere.catalogue import Category
from filiere.documents.paper import Block, Content, Facts, Figures, Table, Text
from filiere.web.formats import full_day, number

from collect.devices.few import REUSED, Reuse
from collect.devices.schemas import DeviceOut, Erasure
from collect.devices.stage import Stage
from collect.devices.words import LEVELS
from collect.documents.facts import DonationFacts, LotFacts
from collect.documents.kinds import DocumentKind
from collect.documents.papers.words import NONE, counted_fr, headed, of, spaced, what, when, whom

_HEADER = (
    "Étiquette",
    "Équipement",
    "N° de série",
    "Support",
    "N° du support",
    "Niveau",
    "Méthode",
    "Outil",
    "Résultat",
    "Effacé le",
    "Effacé par",
    "Vérifié par",
)
_WIDTHS = (1.25, 1.7, 1.65, 0.8, 1.6, 1.0, 1.3, 1.1, 0.85, 1.1, 0.8, 0.95)
_METHOD = (
    "Niveaux selon NIST SP 800-88 : clear (réécriture de ce que l'utilisateur peut atteindre), purge (commande "
    "propre au support, irrécupérable en laboratoire), destroy (support détruit). « Vérifié par » : une seconde "
    "personne de l'atelier a constaté le rapport. Un champ que l'atelier n'a pas transmis est marqué « — ». Des deux "
    "professionnels l'atelier transmet les initiales ; leurs noms et le rapport de l'outil restent à l'atelier."
)


def written(facts: DonationFacts) -> Content:
    return Content(
        title=DocumentKind.ERASURE.label_fr,
        lead=f"Supports de données des équipements du don {facts.donation.reference} {of(facts.donor.name)}.",
        blocks=[whom(facts), *_blocks(facts.devices)],
        wide=True,
        method=[_METHOD],
    )


def to_share(facts: DonationFacts, reuse: Reuse) -> Content:
    """As a link opens it while few people have a device, or one of a category: by its label one may find where a
    device is, so those that are ready or further stand in it without."""
    hidden = reuse.hidden
    told = [
        one.model_copy(update={"label": NONE, "stage": Stage.READY})
        if one.stage in REUSED and one.real_category in hidden
        else one
        for one in facts.devices
    ]
    content = written(replace(facts, devices=told))
    return replace(content, title=f"{content.title}, version à partager")


def of_lot(facts: LotFacts) -> Content:
    """Of one lot: partial, in its title, while a device that is there is neither wiped nor known to be without."""
    lot, donor = facts.lot, facts.donor
    waiting = _waiting(facts.devices)
    kind = DocumentKind.ERASURE.label_fr
    body = ", organisme public" if lot.public_body else ""
    about = [
        ("Donateur", f"{donor.name}, SIREN {spaced(donor.siren)}{body}"),
        ("Lot", f"{lot.code}, du don {lot.donation_reference}"),
        ("Collecté le", full_day(lot.collected_at)),
    ]
    if lot.workshop_name:
        about.append(("Atelier", lot.workshop_name))
    if lot.reconciled_at:
        about.append(("Pointé à l'atelier le", full_day(lot.reconciled_at)))
    return Content(
        title=f"{kind} partiel du lot {lot.code}" if waiting else f"{kind} du lot {lot.code}",
        lead=(
            f"Certificat partiel : {_remaining(waiting)}." if waiting
            else f"Tous les équipements présents du lot {lot.code} sont effacés ou sans support de données."
        ),
        blocks=[Facts(about), *_blocks(facts.devices)],
        wide=True,
        method=[_METHOD],
    )  # fmt: skip


def _blocks(devices: Sequence[DeviceOut]) -> list[Block]:
    wiped = [device for device in devices if device.erased_at and device.erasures]
    without = [device for device in devices if device.erased_at and not device.erasures]
    missing = [device for device in devices if not device.erased_at and device.stage is Stage.MISSING]
    waiting = _waiting(devices)
    media = [_line(device, one) for device in wiped for one in device.erasures]
    figures = [
        (number(len(media)), counted_fr(len(media), "support effacé", "supports effacés"), _in(len(wiped))),
        (number(len(without)), "sans support", "vérifié, rien à effacer"),
    ]
    if waiting:
        figures.append((number(len(waiting)), "sans effacement constaté", "à ce jour, nommés plus bas"))
    if missing:
        figures.append((number(len(missing)), counted_fr(len(missing), "absent", "absents"), "à l'appel"))
    blocks: list[Block] = [Figures(figures)]
    if media:
        blocks += headed("Supports effacés", [Table(_HEADER, media, _WIDTHS), *_unsaid(wiped)])
    gone = [(device, one) for device in devices for one in device.gone]
    if gone:
        left = [
            (
                device.label, what(device), one.serial or NONE, one.reason or NONE, when(one.gone_at),
                one.operator or NONE, one.verifier or NONE,
            )
            for device, one in gone
        ]  # fmt: skip
        names = (
            "Étiquette",
            "Équipement",
            "N° du support",
            "Ce qu'il en est",
            "Constaté le",
            "Dit par",
            "Confirmé par",
        )
        said = Text(
            "Supports retirés des équipements, ou déclarés par erreur : deux personnes de l'atelier l'ont constaté."
        )
        blocks += headed("Supports sortis", [said, Table(names, left, (1.1, 1.6, 1.4, 2, 1.1, 0.8, 0.9))])
    if without:
        kinds = Counter(device.real_category for device in without)
        counted = ", ".join(Category(kind).counted_fr(count) for kind, count in kinds.most_common())
        rows = [(one.label, what(one), one.serial or NONE, when(one.erased_at)) for one in without]
        table = Table(("Étiquette", "Équipement", "N° de série", "Vérifié le"), rows, (1.2, 3, 2, 1.4))
        said = Text(f"{counted} : l'atelier a vérifié qu'il n'y a rien à effacer.")
        blocks += headed("Équipements sans support de données", [said, table])
    for title, some in (("Sans effacement constaté", waiting), ("Absents", missing)):
        if some:
            rows = [(one.label, what(one), one.serial or NONE, one.stage.label_fr) for one in some]
            blocks += headed(
                title, [Table(("Étiquette", "Équipement", "N° de série", "Étape"), rows, (1.2, 3, 2, 1.4))]
            )
    return blocks


def _waiting(devices: Sequence[DeviceOut]) -> list[DeviceOut]:
    """Those that are there, and neither wiped nor known to have no medium."""
    return [device for device in devices if not device.erased_at and device.stage is not Stage.MISSING]


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
        "réussi",  # the chain is told of nothing else
        when(one.erased_at or device.erased_at),
        one.operator or NONE,
        (one.verifier or "oui, sans initiales") if one.verified else NONE,
    )


def _unsaid(wiped: Sequence[DeviceOut]) -> list[Block]:
    """That the workshop has not said who, for as many media as it has not."""
    count = sum(one.operator is None for device in wiped for one in device.erasures)
    if not count:
        return []
    media = counted_fr(count, "support", "supports")
    return [Text(f"Pour {number(count)} {media}, l'atelier n'a pas transmis qui a effacé.")]


def _remaining(waiting: Sequence[DeviceOut]) -> str:
    """One that was withdrawn is named apart: it stays open until its media are said to be wiped, destroyed or none."""
    left = (
        "il reste 1 équipement sans effacement constaté"
        if len(waiting) < 2
        else f"il reste {number(len(waiting))} équipements sans effacement constaté"
    )
    withdrawn = sum(device.stage is Stage.WITHDRAWN for device in waiting)
    if not withdrawn:
        return left
    apart = counted_fr(withdrawn, "écarté", "écartés")
    whose = counted_fr(withdrawn, "ses", "leurs")
    return (
        f"{left}, dont {number(withdrawn)} {apart} : l'atelier n'a pas encore dit ce que sont devenus {whose} supports"
    )


def _in(devices: int) -> str:
    return f"dans {number(devices)} {counted_fr(devices, 'équipement', 'équipements')}"
