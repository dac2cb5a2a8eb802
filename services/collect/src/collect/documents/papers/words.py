"""How documents say what several of them say: whom they are for, a device, its data, where it went."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from filiere.calendar import day_of
from filiere.catalogue import Category
from filiere.documents.paper import Bars, Block, Facts, Figures, Heading, Table, Text
from filiere.web.formats import full_day, number

from collect.devices.schemas import DeviceOut, ImpactLine, ImpactOut
from collect.devices.stage import Stage
from collect.devices.words import LEVELS
from collect.documents.facts import DonationFacts
from collect.donors.schemas import SiteOut

NONE = "—"
_SUMS = ("Catégorie", "Équipements", "CO2e évité par an", "Années", "CO2e évité")
_HANDED_OVER = {"sold": "vendu à prix solidaire", "given": "donné"}
_PLACES = {
    Stage.RESERVED: "attribué à une structure",
    Stage.SHIPPED: "en route vers une structure",
    Stage.DELIVERED: "dans une structure, à remettre",
    Stage.READY: "prêt, en stock",
    Stage.MISSING: "absent à l'appel",
}


def whom(facts: DonationFacts) -> Facts:
    """Donor and donation, with the days that are known."""
    donation, donor = facts.donation, facts.donor
    body = ", organisme public" if donation.public_body else ""
    rows = [("Donateur", f"{donor.name}, SIREN {spaced(donor.siren)}{body}"), ("Don", donation.reference)]
    days = (
        ("Déclaré le", donation.submitted_at),
        ("Accepté le", donation.answered_at),
        ("Collecté le", donation.collected_at),
        ("Reçu à l'atelier le", donation.received_at),
    )
    rows += [(label, full_day(when)) for label, when in days if when is not None]
    if workshops := sorted({lot.workshop_name for lot in facts.lots if lot.workshop_name}):
        rows.append(("Atelier" if len(workshops) == 1 else "Ateliers", ", ".join(workshops)))
    return Facts(rows)


def spaced(siren: str) -> str:
    return " ".join(siren[start : start + 3] for start in range(0, len(siren), 3))


def of(name: str) -> str:
    """« d'Assurances Volta », « de Volta Assurances »."""
    return f"d'{name}" if unicodedata.normalize("NFD", name)[:1].lower() in tuple("aeiouœæ") else f"de {name}"


def what(device: DeviceOut) -> str:
    """« Ordinateur portable HP EliteBook 840 G5 »; as its workshop saw it, what it was declared as beside it."""
    said = "" if device.real_category == device.category else f" (déclaré : {Category(device.category).label_fr})"
    return f"{_named(device, device.real_category)}{said}"


def announced(device: DeviceOut) -> str:
    """What its donor announced, for what both sign before a workshop sees it."""
    return _named(device, device.category)


def _named(device: DeviceOut, category: str) -> str:
    named = f" {device.name}" if device.manufacturer or device.model else ""
    return f"{Category(category).label_fr.capitalize()}{named}"


def seen_otherwise(changes: Mapping[tuple[str, str], int]) -> list[Block]:
    """What was declared as one thing and is another, in a sentence under a table that counts what each is."""
    if not changes:
        return []
    some = sorted(changes.items(), key=lambda one: (-one[1], one[0]))
    said = "; ".join(
        f"{Category(declared).counted_fr(count)} {counted_fr(count, 'déclaré', 'déclarés')}, "
        f"{Category(seen).counted_fr(count)} à l'atelier"
        for (declared, seen), count in some
    ).replace("; ", " ; ")
    return [Text(f"Chaque équipement compte comme ce qu'il est, vu à l'atelier : {said}.")]


def when(moment: datetime | None) -> str:
    """« 03/11/2026 », for cells of tables."""
    return f"{day_of(moment):%d/%m/%Y}" if moment is not None else NONE


def data_of(device: DeviceOut) -> str:
    """What became of its data: wiped, nothing to wipe, or neither yet."""
    if device.erased_at is None:
        return NONE
    if not device.erasures:
        return f"sans support, vérifié le {when(device.erased_at)}"
    levels = sorted({LEVELS.get(one.level or "", one.level or "") for one in device.erasures} - {""})
    return f"effacé le {when(device.erased_at)}" + (f" ({', '.join(levels)})" if levels else "")


def destination(device: DeviceOut) -> str:
    """The kind of place where it is or went: no person, no structure."""
    if device.stage is Stage.HANDED_OVER:
        return _HANDED_OVER.get(device.how or "", "remis")
    if device.stage is Stage.WITHDRAWN:
        return f"non réemployable : {device.withdrawn_reason}" if device.withdrawn_reason else "non réemployable"
    return _PLACES.get(device.stage, device.stage.label_fr)


def address(site: SiteOut) -> str:
    return f"{site.label}, {site.address}, {site.postcode} {site.city}"


def impact_blocks(impact: ImpactOut | None) -> list[Block]:
    """What reuse avoids, with the sums that a reader can check."""
    if impact is None:
        return [Text("Aucun équipement n'a encore été remis : rien n'est compté.")]
    counted = sum(line.devices for line in impact.lines)
    items = [(number(impact.reused), counted_fr(impact.reused, "équipement réemployé", "équipements réemployés"), "")]
    if counted:
        pour = f"pour {number(counted)} {counted_fr(counted, 'équipement compté', 'équipements comptés')}"
        items.append((number(impact.co2e_kg, 1), "kg CO2e évités", pour))
        items.append((number(impact.raw_material_kg), "kg de matières premières évités", ""))
    if impact.people_equipped is not None:
        under = "une par appareil remis, écrans et accessoires non comptés"
        items.append((number(impact.people_equipped), "personnes équipées", under))
    blocks: list[Block] = [Figures(items), *_work(impact)]
    if impact.lines:
        bars = [(_category(one.category), one.avoided_kg, f"{number(one.avoided_kg, 1)} kg") for one in impact.lines]
        blocks.append(Bars(bars))
        blocks.append(Table(_SUMS, [_sum(line) for line in impact.lines], (2, 1, 1.4, 1, 1.4), (False, *[True] * 4)))
    if impact.parts_kg:
        blocks.append(Text(f"Pièces neuves posées à l'atelier : {number(impact.parts_kg, 1)} kg CO2e, retranchés."))
    blocks += [
        Text(f"{category.counted_fr(count)} : non compté, aucun chiffre annuel publié.")
        for category, count in impact.not_counted.items()
    ]
    return blocks


def _work(impact: ImpactOut) -> list[Block]:
    """Hours of insertion work, of the devices of which the workshop tells them; nothing is supposed of the others."""
    if impact.work_minutes is None:
        return []
    of = f"{number(impact.work_known)} {counted_fr(impact.work_known, 'équipement', 'équipements')}"
    return [Text(f"Travail d'insertion : {hours_fr(impact.work_minutes)}, que l'atelier a mesurées sur {of}.")]


def hours_fr(minutes: int) -> str:
    """« 12 h 05 »."""
    return f"{number(minutes // 60)} h {minutes % 60:02}"


def _sum(line: ImpactLine) -> tuple[str, ...]:
    return (
        _category(line.category),
        number(line.devices),
        f"{number(line.co2e_kg_a_year, 1)} kg",
        number(line.years, 1),
        f"{number(line.avoided_kg, 1)} kg",
    )


def impact_method(impact: ImpactOut | None) -> list[str]:
    return [f"Impact : {impact.method_fr}", *impact.sources, impact.people_method_fr] if impact is not None else []


def counted_fr(count: int, one: str, many: str) -> str:
    return one if count < 2 else many


def how_many(devices: int) -> str:
    """« 1 équipement », « 12 équipements »."""
    return f"{number(devices)} {counted_fr(devices, 'équipement', 'équipements')}"


def headed(title: str, blocks: Sequence[Block]) -> list[Block]:
    return [Heading(title), *blocks]


def _category(category: Category) -> str:
    return category.label_fr.capitalize()
