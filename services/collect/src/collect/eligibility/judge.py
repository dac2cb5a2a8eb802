"""Judge the lines of one declaration, in order: the catalogue's rules, and no device twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from filiere.catalogue import DeclaredLine, assess, recognise

from collect.eligibility.lines import Equipment

# Short names of the rules, for counts ("7 trop anciens"); the line itself quotes the rule in a sentence.
OWN_EXPORT = "own-export"
"""Rule of rows of our own list of devices, sent back."""
RULES = {
    "category": "Catégorie non acceptée",
    "year": "Année impossible",
    "age": "Trop ancien",
    "memory": "Mémoire insuffisante",
    "storage": "Stockage insuffisant",
    "duplicate": "En double dans le fichier",
    "already-declared": "Déjà déclaré",
    OWN_EXPORT: "Déjà dans un don",
    "coordinator": "Écarté par la coordination",
    "missing-category": "Catégorie manquante",
    "unknown-category": "Catégorie inconnue",
    "several-categories": "Plusieurs équipements sur une ligne",
    "contradiction": "Type et modèle se contredisent",
    "bad-quantity": "Quantité illisible",
    "serial-and-quantity": "Un numéro de série pour plusieurs équipements",
    "shifted-row": "Ligne décalée",
    "total-row": "Ligne de total",
    "long-cell": "Cellule trop longue",
    "unreadable-inventory": "Inventaire illisible",
}

_IMEI = 15  # digits
OVERRULED = "overruled"
"""Flag of a line on which the coordination decided otherwise than the rules; its reason is the coordination's."""
DOUBLES = ("duplicate", "already-declared", OWN_EXPORT)
"""Rules that refuse a second device of one thing: accepted, it would be made twice."""


class LineVerdict(StrEnum):
    """What is decided of a line."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    ERROR = "error"  # cannot be read: to correct in the file, not to refuse

    @property
    def label_fr(self) -> str:
        return {"accepted": "accepté", "refused": "refusé", "error": "erreur"}[self.value]


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A line with its verdict. `rule` is None exactly when it is accepted.

    `cells`: field → what was written, of a line that is not accepted and of what could not be read; without persons.
    """

    position: int
    equipment: Equipment
    verdict: LineVerdict
    rule: str | None
    reason: str
    flags: tuple[str, ...] = ()
    cells: Mapping[str, str] = field(default_factory=dict)

    def refused(self, rule: str, reason: str) -> "JudgedLine":
        return replace(self, verdict=LineVerdict.REFUSED, rule=rule, reason=reason)


class Judge:
    """Judges the lines of one declaration one after the other; remembers what identifies them."""

    def __init__(self, on: date) -> None:
        """`on`: the day whose rules apply."""
        self.on = on
        self._by_serial: dict[str, int] = {}
        self._by_tag: dict[str, tuple[int, str | None]] = {}
        # A fleet has thousands of machines, but dozens of ages and sizes.
        self._assess = lru_cache(maxsize=1024)(
            lambda category, year, ram_gb, storage_gb, written: assess(
                DeclaredLine(category, year, ram_gb, storage_gb, written), on
            )
        )

    def judge(self, position: int, equipment: Equipment, flags: tuple[str, ...] = ()) -> JudgedLine:
        """The verdict on a readable line."""
        twin = self._twin(position, equipment)
        if twin is not None:
            row, what = twin
            reason = f"En double : même {what} que la ligne {row}."
            return JudgedLine(position, equipment, LineVerdict.REFUSED, "duplicate", reason, flags)
        found = self._assess(
            equipment.category, equipment.year, equipment.ram_gb, equipment.storage_gb, _called(equipment)
        )
        verdict = LineVerdict.ACCEPTED if found.accepted else LineVerdict.REFUSED
        return JudgedLine(position, equipment, verdict, found.rule, found.reason_fr, flags)

    def _twin(self, position: int, equipment: Equipment) -> tuple[int, str] | None:
        """The earlier line of the same device, and by which number it is the same; else remember this one.

        The asset tag speaks only where a serial is absent: two serials that differ are two devices.
        """
        serial, tag = equipment.serial, equipment.tag_key
        for number in equipment.numbers:
            if number in self._by_serial:
                return self._by_serial[number], number_fr(number)
        if tag is not None and tag in self._by_tag:
            row, its_serial = self._by_tag[tag]
            if serial is None or its_serial is None:
                return row, "numéro d'inventaire"
        self._remember(position, serial, tag)
        for imei in equipment.imeis:
            self._by_serial[imei] = position
        return None

    def is_new(self, position: int, serial: str | None, tag: str | None) -> bool:
        """Remember a line whose numbers no earlier one has; False for another, which has to be judged."""
        if serial in self._by_serial or tag in self._by_tag:
            return False
        self._remember(position, serial, tag)
        return True

    def _remember(self, position: int, serial: str | None, tag: str | None) -> None:
        if serial is not None:
            self._by_serial[serial] = position
        if tag is not None:
            self._by_tag.setdefault(tag, (position, serial))


def _called(equipment: Equipment) -> str | None:
    """What was written of a device that is not taken: with its model where the word alone would be, « Téléphone »."""
    word = equipment.written_category
    if equipment.category is not None or not word or recognise(word).category is None:
        return word
    return " ".join(filter(None, (word, equipment.manufacturer, equipment.model)))


def number_fr(serial: str) -> str:
    """What a maker's number is called: fifteen digits are a telephone's."""
    return "IMEI" if len(serial) == _IMEI and serial.isdigit() else "numéro de série"


def number_sql(serial: str) -> str:
    """The same of a column."""
    return f"CASE WHEN {serial} ~ '^[0-9]{{{_IMEI}}}$' THEN 'IMEI' ELSE 'numéro de série' END"


def unreadable(position: int, equipment: Equipment, rule: str, reason: str) -> JudgedLine:
    """A line that must be corrected before it can be judged. It claims no serial: its correction may follow."""
    return JudgedLine(position, equipment, LineVerdict.ERROR, rule, reason)


def already_declared(line: JudgedLine, number: str | None, reference: str, position: int) -> JudgedLine:
    """The line refused because the donor has declared this device before: by this number of it, or its asset tag."""
    what = number_fr(number) if number else "numéro d'inventaire"
    return line.refused("already-declared", f"Déjà déclaré : même {what} que la ligne {position} du don {reference}.")
