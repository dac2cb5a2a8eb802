"""From rows of the database to a problem of the engine. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.geography import locality_of_address, place_of_departement

from distribute.engine import Acceptance, Device, Lately, Line, Place, Problem, Relais, StockClass

# Of the vocabulary: names nobody.
EVERYBODY = "tous-publics"


@dataclass(frozen=True, slots=True)
class FreeDevice:
    """A device that nobody is promised."""

    device_id: UUID
    category: Category
    grade: Grade
    cosmetic: str
    battery: str
    workshop_id: UUID
    public_body: bool
    ready_on: date
    # Département of the workshop, when its event told it.
    territory: str | None = None
    # Set aside for this campaign of the policy; None for everybody.
    campaign: str | None = None

    @property
    def class_id(self) -> str:
        origin = "public" if self.public_body else "private"
        everybody = f"{self.category}/{self.grade}/{self.cosmetic}/{self.battery}/{self.workshop_id}/{origin}"
        return everybody if self.campaign is None else f"{everybody}/{self.campaign}"


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of an open order that lacks `short` devices."""

    line_id: UUID
    relais_id: UUID
    category: Category
    min_grade: Grade
    substitutes: tuple[Category, ...]
    short: int
    placed_on: date
    urgent: bool = False
    wanted_on: date | None = None
    campaign: str | None = None
    # Whom it is for, as the Relais said; all that the Relais supports when it said nothing.
    publics: tuple[str, ...] = ()

    @property
    def acceptance_id(self) -> str:
        return "/".join([self.min_grade, self.category, *self.substitutes])


def wish_of(acceptance_id: str) -> tuple[Grade, list[Category]]:
    """What an `acceptance_id` says: the least grade, and the categories in the order of preference."""
    min_grade, *categories = acceptance_id.split("/")
    return Grade(min_grade), [Category(one) for one in categories]


@dataclass(frozen=True, slots=True)
class Orderer:
    """A Relais with open lines; `promised` are the devices of the window that it was promised and keeps."""

    relais_id: UUID
    insee: str | None
    postcode: str
    publics: tuple[str, ...]
    people_supported: int
    has_agreement: bool
    promised: int
    territory: str | None = None
    may_receive_public_origin: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """How many devices of a category were promised lately to lines of one kind, and are kept."""

    category: Category
    # Whether they were set aside for a campaign of the policy.
    set_aside: bool
    # Of the lines.
    urgent: bool
    campaign: str | None
    devices: int


def problem_of(
    as_of: date,
    devices: Sequence[FreeDevice],
    lines: Sequence[OpenLine],
    orderers: Sequence[Orderer],
    kept: Sequence[Kept] = (),
) -> Problem:
    """One problem. A workshop stands for its region: parcels leave from there, wherever that is."""
    places = _places(devices)
    served = _publics(lines, orderers)
    held: dict[str, list[FreeDevice]] = {}
    for device in devices:
        held.setdefault(device.class_id, []).append(device)
    classes = tuple(_stock_class(name, members, places) for name, members in held.items())
    return Problem(
        as_of,
        classes,
        tuple(_acceptance(name, one, classes) for name, one in {one.acceptance_id: one for one in lines}.items()),
        tuple(
            Line(
                str(one.line_id),
                str(one.relais_id),
                one.acceptance_id,
                one.short,
                one.placed_on,
                one.wanted_on,
                one.urgent,
                one.campaign,
            )
            for one in lines
        ),
        tuple(
            Relais(
                str(one.relais_id),
                locality_of_address(one.insee, one.postcode),
                served[one.relais_id],
                one.people_supported,
                # What was asked in the window is what was promised in it and, as open lines, what still lacks.
                asked=one.promised,
                served=one.promised,
                place=_place(one.territory),
                has_agreement=one.has_agreement,
                may_receive_public_origin=one.may_receive_public_origin,
            )
            for one in orderers
        ),
        tuple(_lately(category, kept) for category in sorted({one.category for one in kept})),
    )


def _publics(lines: Sequence[OpenLine], orderers: Sequence[Orderer]) -> dict[UUID, frozenset[str]]:
    """Whom each Relais orders for now: those that its lines name, and all of its own for a line that names none."""
    own = {one.relais_id: frozenset(one.publics) for one in orderers}
    named: dict[UUID, set[str]] = {}
    for line in lines:
        for_whom = frozenset(line.publics) - {EVERYBODY}
        named.setdefault(line.relais_id, set()).update(for_whom or own.get(line.relais_id, ()))
    return {relais_id: frozenset(named.get(relais_id, publics)) for relais_id, publics in own.items()}


def _lately(category: Category, kept: Sequence[Kept]) -> Lately:
    mine = [one for one in kept if one.category == category]
    everybody = [one for one in mine if not one.set_aside]
    taken: Counter[str] = Counter()
    for one in everybody:
        if one.campaign is not None:
            taken[one.campaign] += one.devices
    return Lately(
        category,
        sum(one.devices for one in mine),
        sum(one.devices for one in everybody),
        sum(one.devices for one in mine if one.urgent),
        tuple(sorted(taken.items())),
    )


def _places(devices: Sequence[FreeDevice]) -> dict[UUID, Place | None]:
    """Where each workshop is, as its device that was ready last tells: events of before said nothing of it."""
    newest: dict[UUID, tuple[date, str]] = {}
    for one in devices:
        if one.territory is not None:
            known = (one.ready_on, one.territory)
            newest[one.workshop_id] = max(known, newest.get(one.workshop_id, known))
    return {workshop_id: _place(territory) for workshop_id, (_, territory) in newest.items()}


def _place(territory: str | None) -> Place | None:
    """A département stands for all its addresses: transport compares journeys, it bills none."""
    found = place_of_departement(territory) if territory is not None else None
    return Place(*found) if found is not None else None


def _stock_class(name: str, members: Sequence[FreeDevice], places: Mapping[UUID, Place | None]) -> StockClass:
    first = members[0]
    return StockClass(
        name,
        first.category,
        first.grade,
        first.cosmetic,
        first.battery,
        str(first.workshop_id),
        places.get(first.workshop_id),
        first.campaign,
        first.public_body,
        tuple(Device(str(one.device_id), one.ready_on) for one in members),
    )


def _acceptance(name: str, line: OpenLine, classes: Sequence[StockClass]) -> Acceptance:
    """The category asked for, then each substitute in the order the Relais named it; always the grade or better.

    Within a category the weakest grade that satisfies comes first, so that better ones stay for those who need them.
    """
    grades = [grade for grade in reversed(Grade) if grade.at_least(line.min_grade)]
    tiers = tuple(
        tuple(one.id for one in classes if one.category == category and one.grade == grade)
        for category in (line.category, *line.substitutes)
        for grade in grades
    )
    return Acceptance(name, tiers, len(grades))
