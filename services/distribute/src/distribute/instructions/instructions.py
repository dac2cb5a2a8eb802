"""What is said of one device in one language. Pure; nothing in it is about a donor or a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal
from filiere.catalogue import Category, Grade
from filiere.catalogue.grades import Battery
from filiere.catalogue.software import OfficePack, System

from distribute.instructions.languages import language, plans
from distribute.stock.schemas import SoftwareOut

_STATES = {Battery.GOOD, Battery.FAIR, Battery.WORN}
_WITHOUT_DATA = {Category.MONITOR}
_WITHOUT_SIZES = {Category.MONITOR, Category.PRINTER, Category.BASIC_PHONE}
"""What such a device has inside says nothing of what it can do."""


@dataclass(frozen=True, slots=True)
class Described:
    """A device at a Relais, as far as anybody who holds it may know; whom to ask about it."""

    label: str
    category: Category
    grade: Grade
    name: str | None
    battery: Battery | None
    software: SoftwareOut | None
    battery_percent: float | None
    battery_minutes: int | None
    memory_gb: float | None
    storage_gb: float | None
    relais_name: str
    relais_address: str
    relais_contact: str | None


@dataclass(frozen=True, slots=True)
class Step:
    drawing: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """The sentences in their order; `facts`: what, and how much of it."""

    language: str
    category: Category
    label: str
    device: str
    name: str | None
    said: str
    can: Sequence[str]
    facts: Sequence[tuple[str, str]]
    steps: Sequence[Step]
    guarantee: Sequence[str]
    ask: Sequence[str]
    to_review: str


def written(device: Described, code: str) -> Instructions:
    """The instructions of a device in one of LANGUAGES."""
    say, plan = language(code).say, plans()[device.category]
    return Instructions(
        language=code,
        category=device.category,
        label=device.label,
        device=say(f"device.{device.category.value}"),
        name=device.name,
        said=say("said.no_data" if device.category in _WITHOUT_DATA else "said"),
        can=[say(f"can.{one}") for one in plan.abilities(device.grade)],
        facts=_facts(device, code),
        steps=[Step(one, say(f"step.{one}"), say(f"step.{one}.text")) for one in plan.steps],
        guarantee=[say(f"guarantee.{one}") for one in ("sold", "not", "given")],
        ask=[one for one in (device.relais_name, device.relais_address, device.relais_contact) if one],
        to_review=say("to_review"),
    )


def _facts(device: Described, code: str) -> list[tuple[str, str]]:
    if device.category in _WITHOUT_SIZES:
        battery = _battery(device, code)
        return [(language(code).say("fact.battery"), battery)] if battery else []
    say = language(code).say
    facts = [
        ("memory", _size(device.memory_gb, code)),
        ("disk", _size(device.storage_gb, code)),
        ("battery", _battery(device, code)),
        ("system", _system(device.software, code)),
        ("office", _office(device, code)),
    ]
    return [(say(f"fact.{name}"), value) for name, value in facts if value]


def _size(gigabytes: float | None, code: str) -> str:
    if not gigabytes:
        return ""
    unit, size = ("terabytes", gigabytes / 1000) if gigabytes >= 1000 else ("gigabytes", gigabytes)
    # The digits that stand on the device and in its menus, in every language.
    return language(code).say(unit, size=format_decimal(round(size, 1), locale=code, numbering_system="latn"))


def _battery(device: Described, code: str) -> str:
    say = language(code).say
    if not device.category.has_battery or device.battery not in _STATES:
        return ""
    state = say(f"battery.{device.battery.value}")
    said = [state if device.battery_percent is None else _share(state, device.battery_percent, code)]
    if device.battery_minutes:
        said.append(say("battery.minutes", minutes=str(device.battery_minutes)))
    return " ".join(one if one.endswith(".") or len(said) == 1 else f"{one}." for one in said)


def _share(state: str, percent: float, code: str) -> str:
    # A battery may hold more than its maker promised; nobody is helped by « 104 % ».
    return language(code).say("battery.percent", state=state, percent=str(min(round(percent), 100)))


def _system(software: SoftwareOut | None, code: str) -> str:
    if software is None:
        return ""
    return language(code).say("system.other") if software.system == System.OTHER else software.name


def _office(device: Described, code: str) -> str:
    if device.software is None or not device.category.is_computer:
        return ""
    say, office = language(code).say, device.software.office
    if office in (OfficePack.NONE, OfficePack.OTHER):
        return say(f"office.{office}")
    return device.software.office_name or ""
