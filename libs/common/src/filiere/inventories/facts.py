"""What an inventory is kept for: hardware facts, and nothing that speaks of a person.

An inventory holds host names, logins, phone numbers, software lists, addresses. None of it has a field here, so none
of it can be stored.
"""

import re
from collections.abc import Iterable
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from filiere.catalogue.device_models import model_of
from filiere.catalogue.grades import StorageKind
from filiere.catalogue.processors import tidy_cpu
from filiere.identifiers import is_junk_serial, normalise_serial
from filiere.inventories.sizes import MAX_RAM_GB, nominal_gb
from filiere.inventories.values import serial_of, short


class MediumFact(BaseModel):
    """One storage medium, as the machine reports it; serial None when it reports none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serial: str | None = None
    kind: StorageKind = StorageKind.UNKNOWN
    size_gb: float | None = None
    model: str | None = Field(default=None, max_length=100)
    hours: int | None = Field(default=None, description="switched on, as the disk counts")
    healthy: bool | None = Field(default=None, description="what the disk says of itself")


class ModuleFact(BaseModel):
    """One memory module, in the slot that the machine names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size_gb: float
    slot: str | None = Field(default=None, max_length=60)
    serial: str | None = Field(default=None, max_length=60)
    manufacturer: str | None = Field(default=None, max_length=60)
    part: str | None = Field(default=None, max_length=60)


class BatteryFact(BaseModel):
    """One battery: what it held when new and what it holds now, in the same unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    new: float | None = None
    now: float | None = None
    serial: str | None = Field(default=None, max_length=60)
    model: str | None = Field(default=None, max_length=60)


class HardwareFacts(BaseModel):
    """A machine in a few lines. Memory in GiB, media in decimal GB, both as they are sold; battery in percent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(description="what wrote it: lshw, glpi-json, glpi-xml, ereuse, lsblk, smartctl, inxi, …")
    manufacturer: str | None = Field(default=None, max_length=100)
    model: str | None = Field(default=None, max_length=150)
    serial: str | None = Field(default=None, max_length=100)
    chassis: str | None = Field(default=None, max_length=50)
    ram_gb: float | None = None
    cpu: str | None = Field(default=None, max_length=200)
    battery_percent: float | None = Field(default=None, description="of the first capacity, over all batteries")
    media: tuple[MediumFact, ...] = ()
    lists_media: bool = Field(default=False, description="the tool looked for every disk: what is missing is not there")
    modules: tuple[ModuleFact, ...] = ()
    batteries: tuple[BatteryFact, ...] = ()

    @classmethod
    def of(
        cls,
        source: str,
        *,
        manufacturer: str | None = None,
        model: str | None = None,
        serial: str | None = None,
        chassis: str | None = None,
        ram_mib: float | None = None,
        cpu: str | None = None,
        battery_percent: float | None = None,
        media: Iterable[MediumFact] = (),
        lists_media: bool = False,
        modules: Iterable[ModuleFact] = (),
        batteries: Iterable[BatteryFact] = (),
    ) -> Self:
        """Facts in their one spelling, bounded."""
        known = model_of(short(manufacturer, 100), short(model, 150))
        worn = tuple(batteries)[:MAX_BATTERIES]
        percent = battery_percent if battery_percent is not None else health_of(worn)
        return cls(
            source=source,
            manufacturer=known.manufacturer,
            model=known.name,
            serial=serial_of(serial),
            chassis=short(chassis, 50),
            ram_gb=nominal_gb(ram_mib),
            cpu=short(tidy_cpu(cpu), 200),
            battery_percent=percent,
            media=tuple(media)[:MAX_MEDIA],
            lists_media=lists_media,
            modules=tuple(modules)[:MAX_MODULES],
            batteries=worn,
        )

    @property
    def says_nothing(self) -> bool:
        """Whether nothing of a machine is in it: an inventory of something else, a switch, a list of software."""
        return self.model_copy(update={"lists_media": False}) == HardwareFacts(source=self.source)


# Firmware that does not know a maker writes its number.
_NUMBERED_MAKER = re.compile(r"(?:JEDEC|0x|[0-9A-F]{4,}$|Manufacturer\d)", re.IGNORECASE)
MAX_MEDIA = 16
MAX_MODULES = 64
MAX_BATTERIES = 8


def health_of(batteries: Iterable[BatteryFact]) -> float | None:
    """What all batteries hold together of what they held when new, in percent; those that do not say are left out."""
    sound = [(one.new, one.now) for one in batteries if one.new and one.now and one.now <= one.new * 1.5]
    return round(100 * sum(now for _, now in sound) / sum(new for new, _ in sound), 1) if sound else None


def model_name(manufacturer: str | None, product: str | None, version: str | None) -> str | None:
    """The name that people know a machine by. Lenovo writes it into `version`, and its order number into `product`."""
    is_lenovo = "lenovo" in (manufacturer or "").lower()
    name = " ".join((version or "").split())
    return name if is_lenovo and " " in name and re.search(r"[A-Za-z]{3}", name) else product


def module_of(
    size_mib: float | None, slot: str | None, serial: str | None, manufacturer: str | None, part: str | None
) -> ModuleFact | None:
    """A module, None for an empty slot; what firmware writes in place of a word is none."""
    if size_mib is None or not 0 < size_mib / 1024 <= MAX_RAM_GB:
        return None
    maker = model_of(short(manufacturer, 60), None).manufacturer
    return ModuleFact(
        size_gb=round(size_mib / 1024, 3),
        slot=short(slot, 60),
        serial=_identity(serial),
        manufacturer=short(maker, 60) if maker and not _NUMBERED_MAKER.match(maker) else None,
        part=short(None if is_junk_serial(part) else part, 60),
    )


def battery_of(new: float | None, now: float | None, serial: str | None, model: str | None) -> BatteryFact | None:
    """A battery, None for what says nothing."""
    known = BatteryFact(
        new=new if new and new < 1e9 else None,
        now=now if now and now < 1e9 else None,
        serial=_identity(serial),
        model=short(model, 60),
    )
    return None if known == BatteryFact() else known


def _identity(serial: str | None) -> str | None:
    """A part's serial; some are numbered from one, which tells two of them apart all the same."""
    found = normalise_serial(serial)
    return found if found is not None and len(found) <= 60 and set(found) != {"0"} else None
