"""A declared line, from what somebody wrote to what is judged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from filiere.catalogue import Category, Doubt, Recognised, model_of, recognise
from filiere.identifiers import is_junk_serial, is_label, normalise_imei, normalise_serial
from filiere.identifiers import valid_imei as is_imei

from collect.eligibility.personal_data import (
    is_personal,
    is_telephone,
    names_in,
    number_of_a_thing,
    serial_of_a_thing,
    without_persons,
)

# What is accepted all the same, but said to the donor. Code → sentence.
FLAGS = {
    "junk-serial": "Numéro de série inutilisable : l'équipement sera suivi par son étiquette.",
    "spoilt-serial": "Numéro de série abîmé par le tableur : l'équipement sera suivi par son étiquette.",
    "junk-imei": "IMEI inutilisable : l'équipement sera suivi par son étiquette.",
    "spoilt-imei": "IMEI abîmé par le tableur : l'équipement sera suivi par son étiquette.",
    "mended-serial": "Numéro de série lu sans la décimale que le tableur y a mise.",
    "personal-serial": "Numéro de série écarté : c'est un numéro de téléphone.",
    "personal-tag": "Numéro d'inventaire écarté : il nomme une personne.",
    "cut-serial": "Numéro de série : ce qui désigne une personne ou une carte SIM n'a pas été gardé.",
    "cut-imei": "IMEI : ce qui désigne une personne ou une carte SIM n'a pas été gardé.",
    "imei2-unread": "Autre IMEI illisible : il n'est pas gardé.",
    "cut-tag": "Numéro d'inventaire : ce qui désigne une personne ou une carte SIM n'a pas été gardé.",
    "unknown-manufacturer": "Marque inconnue : gardée telle qu'écrite.",
    "year-unread": "Année illisible : elle sera relevée à l'atelier.",
    "memory-unread": "Mémoire illisible : elle sera relevée à l'atelier.",
    "storage-unread": "Stockage illisible : il sera relevé à l'atelier.",
    "long-manufacturer": "Marque trop longue : ses 120 premiers caractères sont gardés.",
    "long-model": "Modèle trop long : ses 120 premiers caractères sont gardés.",
    "long-serial": "Numéro de série trop long : ses 120 premiers caractères sont gardés.",
    "long-tag": "Numéro d'inventaire trop long : ses 120 premiers caractères sont gardés.",
    "category-from-model": "Catégorie déduite du modèle.",
    "category-corrected": "Le type dit autre chose que le modèle : le modèle est suivi.",
}

# « 3,195E+12 »: what a spreadsheet makes of a long number; thousands of others are written so too.
_SPOILT = re.compile(r"^\s*\d(?:[.,]\d+)?E\+?\d{1,3}\s*$", re.IGNORECASE)
# Of 15 digits, as an IMEI in a column of serial numbers.
_SPOILT_IMEI = re.compile(r"E\+?14\s*$", re.IGNORECASE)
# « 12345678,0 »: a number that a spreadsheet took for one with decimals.
_WITH_DECIMALS = re.compile(r"^\s*(\d{5,})[.,]0+\s*$")
_WITH_IMEI = frozenset({Category.BASIC_PHONE, Category.SMARTPHONE, Category.TABLET})
LOST = frozenset({"junk-serial", "junk-imei", "spoilt-serial", "spoilt-imei"})
"""Flags of a number that identifies nothing."""
_NO_TAG = frozenset({"no asset tag", "no asset information", "asset tag", "asset-tag", "chassis asset tag"})
_EMAIL = re.compile(r"\S+@\S+")
_MAX_TEXT = 120
_LONGEST_READ = 1000
_MOST_IMEIS = 3
_MOST_RAM_GB = 4096
_TOLD_OF: dict[Doubt | None, str] = {Doubt.FROM_MODEL: "category-from-model", Doubt.CORRECTED: "category-corrected"}
_MOST_PHONE_RAM_GB = 256


@dataclass(frozen=True, slots=True)
class Equipment:
    """What one line says of its device(s), normalised. `ram_gb` and `storage_gb` in gigabytes.

    `serial`: what identifies the device, the maker's serial or else its first IMEI; `imeis`: those it has besides.
    """

    quantity: int = 1
    category: Category | None = None
    written_category: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    serial: str | None = None
    asset_tag: str | None = None
    year: int | None = None
    ram_gb: float | None = None
    storage_gb: float | None = None
    imeis: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The maker's numbers, each of which alone says that it is this device; the one that identifies it first."""
        return (self.serial, *self.imeis) if self.serial else self.imeis

    @property
    def tag_key(self) -> str | None:
        """The asset tag when it may identify: not a placeholder, and the line is of one device."""
        return None if self.quantity != 1 or is_junk_serial(self.asset_tag) else self.asset_tag


class Understood(NamedTuple):
    """What a line says: the equipment, the flags to say, and how its category was found."""

    equipment: Equipment
    flags: list[str]
    recognised: Recognised


def equipment(
    *,
    quantity: int = 1,
    category: str | None = None,
    system: str | None = None,
    manufacturer: str | None = None,
    model: str | None = None,
    serial: str | None = None,
    imei: str | None = None,
    asset_tag: str | None = None,
    year: int | None = None,
    ram_gb: float | None = None,
    storage_gb: float | None = None,
    imei2: str | None = None,
    about_people: Sequence[str] = (),
) -> Understood:
    """Normalise what was written; never raises.

    Looked at and not kept: `system`, the operating system; `about_people`, what else the row says of persons.
    """
    names = names_in(about_people)
    known = described(
        quantity=quantity,
        category=category,
        system=system,
        manufacturer=manufacturer,
        model=model,
        year=year,
        ram_gb=ram_gb,
        storage_gb=storage_gb,
        has_imei=bool(imei or imei2),
        names=names,
    )
    return known.numbered(serial, imei, asset_tag, names, imei2)


@dataclass(frozen=True, slots=True)
class Described:
    """What a line says apart from the numbers that tell devices apart: the same for many of a fleet."""

    equipment: Equipment
    recognised: Recognised
    flags_first: tuple[str, ...]
    flags_last: tuple[str, ...]

    def numbered(
        self,
        serial: str | None,
        imei: str | None,
        asset_tag: str | None,
        names: frozenset[str],
        imei2: str | None = None,
    ) -> Understood:
        """The line with its numbers."""
        flags, known = [*self.flags_first], self.equipment
        if serial and is_telephone(serial):
            flags.append("personal-serial")
            serial = None
        if serial and (kept := serial_of_a_thing(serial, names)) != serial:
            flags.append("cut-serial")
            serial = kept
        if imei and (kept := number_of_a_thing(imei)) != imei:
            flags.append("cut-imei")
            imei = kept
        if imei2 and (kept := number_of_a_thing(imei2)) != imei2:
            flags.append("cut-imei")
            imei2 = kept
        first, second = _imeis(imei), _imeis(imei2)
        if imei2 and not second:
            flags.append("imei2-unread")
        whole = _WITH_DECIMALS.match(serial) if serial and serial.endswith("0") else None
        numbers = (*first, *second)
        identity = _identity(whole[1] if whole else serial, numbers)
        if whole and identity == whole[1]:
            flags.append("mended-serial")
        if identity is None:
            has_imei = known.category in _WITH_IMEI
            flags += [_lost(serial, "imei" if has_imei and _SPOILT_IMEI.search(serial) else "serial")] if serial else []
            flags += [_lost(imei, "imei")] if imei else []
        if asset_tag and (kept := number_of_a_thing(asset_tag)) != asset_tag:
            flags.append("cut-tag")
            asset_tag = kept
        if identity is not None and identity != (first or (None,))[0] and is_cut(serial):
            flags.append("long-serial")
        tag = _tag(asset_tag)
        if tag and is_cut(asset_tag):
            flags.append("long-tag")
        if tag and is_personal(tag, names):
            flags.append("personal-tag")
            tag = None
        others = [one for one in dict.fromkeys(numbers) if one != identity]
        flags += self.flags_last
        found = Equipment(
            known.quantity,
            known.category,
            known.written_category,
            known.manufacturer,
            known.model,
            identity if known.quantity == 1 else None,
            tag.upper() if tag else None,
            known.year,
            known.ram_gb,
            known.storage_gb,
            tuple(others)[:_MOST_IMEIS] if known.quantity == 1 else (),
        )
        return Understood(found, flags, self.recognised)


def described(
    *,
    quantity: int,
    category: str | None,
    system: str | None,
    manufacturer: str | None,
    model: str | None,
    year: int | None,
    ram_gb: float | None,
    storage_gb: float | None,
    has_imei: bool,
    names: frozenset[str],
) -> Described:
    """What a line says apart from its numbers; `names`: words for people, which are taken out."""
    made = model_of(of_a_thing(manufacturer, names), of_a_thing(model, names))
    written = of_a_thing(category, names)
    recognised = recognise(written, made.manufacturer, made.name, clean(system), has_imei=has_imei)
    known = recognised.category
    texts = (("long-manufacturer", manufacturer), ("long-model", model))
    last = [flag for flag, text in texts if is_cut(text, names)]
    if (flag := _TOLD_OF.get(recognised.doubt)) is not None:
        last.append(flag)
    if ram_gb is not None and ram_gb > (_MOST_RAM_GB if known is None or known.is_computer else _MOST_PHONE_RAM_GB):
        last.append("memory-unread")  # most often a figure in megabytes
        ram_gb = None
    return Described(
        Equipment(
            quantity=quantity,
            category=known,
            written_category=written,
            manufacturer=made.manufacturer,
            model=made.name,
            year=year,
            ram_gb=ram_gb,
            storage_gb=storage_gb,
        ),
        recognised,
        ("unknown-manufacturer",) if made.manufacturer and not made.known_manufacturer else (),
        tuple(last),
    )


def _lost(number: str, kind: str) -> str:
    """What is said of a number that identifies nothing."""
    return f"spoilt-{kind}" if _SPOILT.match(number) else f"junk-{kind}"


def of_a_thing(text: str | None, names: frozenset[str]) -> str | None:
    """A text that describes equipment: what it says of people is taken out, whichever way it came."""
    found = clean(text, _LONGEST_READ)  # cut afterwards: half a telephone looks like none
    return without_persons(found, names)[:_MAX_TEXT].strip() or None if found else None


def is_cut(text: str | None, names: frozenset[str] = frozenset()) -> bool:
    """Whether more was written of a thing than is kept: nothing is left out without a word."""
    if not text or len(text) <= _MAX_TEXT:
        return False
    found = clean(text, _LONGEST_READ)
    return found is not None and len(without_persons(found, names).strip()) > _MAX_TEXT


def _tag(text: str | None) -> str | None:
    """An inventory number; our own label is none: it is another device's, or this one's from another donation. Nor is
    what firmware says that nobody gave one."""
    tag = clean(text)
    if tag is None or tag.lower() in _NO_TAG:
        return None
    return None if is_label(tag) else tag


def clean(text: str | None, longest: int = _MAX_TEXT) -> str | None:
    """One line of bounded length, without e-mail addresses: free-text columns sometimes hold their user's."""
    if not text:
        return None
    # Control characters and U+0000 in particular: PostgreSQL refuses the latter in any text.
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    if "@" in text:
        text = _EMAIL.sub(" ", text)
    return " ".join(text.split())[:longest].strip() or None


def _identity(serial: str | None, imeis: Sequence[str]) -> str | None:
    """The maker's serial when it identifies, else a valid IMEI."""
    if serial and not _SPOILT.match(serial) and (found := normalise_serial(serial)) is not None:
        return found[:_MAX_TEXT]
    return imeis[0] if imeis else None


def _imeis(text: str | None) -> list[str]:
    """The valid IMEIs of a cell (phones have two). Of 14 digits the one that a spreadsheet took the zero from.

    No digit is made up: 14 without a check digit may be any phone of ten.
    """
    found = []
    for part in re.split(r"[/;,|]|\s{2,}", text) if text else ():
        digits = re.sub(r"\D", "", part)
        if len(digits) == 14:
            digits = f"0{digits}"
        if not _SPOILT.match(part) and is_imei(digits):
            found.append(normalise_imei(digits))
    return found


def in_one_cell(imeis: Sequence[str]) -> str | None:
    """The IMEIs that a device has besides, as one cell that is read again."""
    return " / ".join(imeis) or None


def flag_sentences(flags: Sequence[str]) -> list[str]:
    """The sentences of the flags, in order."""
    return [FLAGS[flag] for flag in flags if flag in FLAGS]
