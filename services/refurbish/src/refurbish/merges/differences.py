"""What says that two rows are two machines after all. Pure: what is known of both, and what contradicts itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from filiere.catalogue.device_models import maker_and_model
from filiere.identifiers import normalise_serial, valid_imei
from filiere.inventories.facts import HardwareFacts

from refurbish.aliases.kinds import AliasKind
from refurbish.aliases.repository import Alias
from refurbish.audits.identity import is_other_model
from refurbish.devices.device import Device


class MergeReason(StrEnum):
    """Why two rows are one machine although what is known of them differs: a closed list."""

    MISREAD = "misread"
    DECLARED = "declared"
    BOARD = "board"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _REASONS[self]


_REASONS = {
    MergeReason.MISREAD: "Un numéro a été mal lu ou mal tapé",
    MergeReason.DECLARED: "Le donateur a annoncé autre chose",
    MergeReason.BOARD: "La carte mère a été changée",
    MergeReason.OTHER: "Autre raison : je les ai comparées",
}


class What(StrEnum):
    """What is compared."""

    CATEGORY = "category"
    MODEL = "model"
    SERIAL = "serial"
    IMEI = "imei"
    AUDITED_SERIAL = "audited_serial"
    AUDITED_MODEL = "audited_model"

    @property
    def label_fr(self) -> str:
        return _WHAT[self]


_WHAT = {
    What.CATEGORY: "Type d'équipement",
    What.MODEL: "Marque et modèle",
    What.SERIAL: "Numéro de série",
    What.IMEI: "IMEI",
    What.AUDITED_SERIAL: "Numéro lu par l'audit",
    What.AUDITED_MODEL: "Machine lue par l'audit",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One of the two, with all that is known of it."""

    device: Device
    aliases: Sequence[Alias]
    facts: HardwareFacts

    @property
    def serials(self) -> list[str]:
        """Maker's numbers, its own first; an IMEI is none, nor is what names nothing."""
        said = [self.device.serial, *(alias.value for alias in self.aliases if alias.kind is AliasKind.SERIAL)]
        return [one for one in dict.fromkeys(map(normalise_serial, said)) if one and not valid_imei(one)]

    @property
    def imeis(self) -> list[str]:
        said = [self.device.serial, *(alias.value for alias in self.aliases if alias.kind is AliasKind.IMEI)]
        return [one for one in dict.fromkeys(map(normalise_serial, said)) if one and valid_imei(one)]

    @property
    def all_numbers(self) -> set[str]:
        """Every number of a machine that it is known by, what its audits read too."""
        return {*self.serials, *self.imeis, *([self.facts.serial] if self.facts.serial else [])}


@dataclass(frozen=True, slots=True)
class Difference:
    """Of the row that stays and of the one that goes, the same thing said otherwise.

    by_machines: two machines were asked themselves and answered otherwise, which nobody's reason explains.
    """

    what: What
    kept: str
    other: str
    by_machines: bool = False


def differences(kept: Row, other: Row) -> list[Difference]:
    """What contradicts itself between two rows; what only one of them knows does not.

    Two phones have two IMEIs each: one in common is enough, and a number that an audit read in the one and that the
    other was declared with speaks for one machine. So does a number of both beside two boards: then it is asked about.
    """
    first, second = kept.device, other.device
    share = bool(kept.all_numbers & other.all_numbers)
    compared = [
        (What.CATEGORY, first.category is not second.category, first.category.label_fr, second.category.label_fr),
        (What.MODEL, _contradict(first, first, second), first.name, second.name),
        (What.SERIAL, not share, ", ".join(kept.serials), ", ".join(other.serials)),
        (What.IMEI, not share, ", ".join(kept.imeis), ", ".join(other.imeis)),
        (What.AUDITED_SERIAL, kept.facts.serial != other.facts.serial, kept.facts.serial, other.facts.serial),
        (What.AUDITED_MODEL, _contradict(first, kept.facts, other.facts), _name(kept.facts), _name(other.facts)),
    ]
    by_machines = {What.AUDITED_MODEL} if share else {What.AUDITED_MODEL, What.AUDITED_SERIAL}
    return [
        Difference(what, ours, theirs, by_machines=what in by_machines)
        for what, differs, ours, theirs in compared
        if differs and ours and theirs
    ]


def _contradict(device: Device, ours: Device | HardwareFacts, theirs: Device | HardwareFacts) -> bool:
    said = replace(device, manufacturer=ours.manufacturer, model=ours.model)
    read = HardwareFacts(source="compared", manufacturer=theirs.manufacturer, model=theirs.model)
    return is_other_model(said, read)


def _name(facts: HardwareFacts) -> str | None:
    return maker_and_model(facts.manufacturer, facts.model)
