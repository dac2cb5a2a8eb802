"""What a rule set would change, were it in force: of the whole stock, by category and grade, in price, by device."""

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple, Self
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.catalogue.money import in_euros
from filiere.catalogue.prices import quote
from filiere.catalogue.pricing_files import Tier
from filiere.web import gettext as _

PAYING = [tier for tier in Tier if tier is not Tier.GIFT]


class Kept(NamedTuple):
    """One device whose grade would not stay: `after` None when the rule set gives none."""

    device_id: UUID
    label: str
    workshop: str
    category: Category
    is_ready: bool
    is_promised: bool
    before: Grade
    after: Grade | None

    @property
    def follows(self) -> bool:
        """Switched on, the rule set changes it; what is promised and what it would not grade keep theirs."""
        return self.after is not None and not self.is_promised


class Cell(NamedTuple):
    """So many devices of a category go from one grade to another, or to none."""

    category: Category
    before: Grade
    after: Grade | None
    devices: int


@dataclass(frozen=True)
class Comparison:
    """`cells`: every device that the rule set could judge; `unknown`: those of which nobody kept the facts.

    `cents`: the sum of what the free ones would cost more, or less, in each tier.
    """

    ruleset: str
    on: date
    against: Mapping[Category, str]
    cells: Sequence[Cell]
    unknown: int
    cents: Mapping[Tier, int]
    devices: Sequence[Kept]

    @property
    def judged(self) -> int:
        return sum(cell.devices for cell in self.cells)

    @property
    def following(self) -> int:
        return sum(one.follows for one in self.devices)

    @property
    def promised(self) -> int:
        return sum(one.is_promised for one in self.devices)

    @property
    def refused(self) -> int:
        return sum(one.after is None and not one.is_promised for one in self.devices)

    def tables(self) -> Iterator[tuple[Category, list[tuple[Grade, dict[Grade | None, int]]]]]:
        """For each category, a line per grade of today with the grades it would become."""
        for category, cells in groupby(sorted(self.cells, key=_place), key=lambda cell: cell.category):
            lines: dict[Grade, dict[Grade | None, int]] = {}
            for cell in cells:
                lines.setdefault(cell.before, {})[cell.after] = cell.devices
            yield category, list(lines.items())

    def dumped(self) -> bytes:
        """As a job keeps it: some megabytes for a hundred thousand devices."""
        devices = [
            [str(one.device_id), one.label, one.workshop, one.category, one.is_ready, one.is_promised, one.before,
             one.after]
            for one in self.devices
        ]  # fmt: skip
        said = {
            "ruleset": self.ruleset, "on": self.on.isoformat(), "against": dict(self.against), "cells": self.cells,
            "unknown": self.unknown, "cents": dict(self.cents), "devices": devices,
        }  # fmt: skip
        return zlib.compress(json.dumps(said).encode(), 6)

    @classmethod
    def loaded(cls, packed: bytes) -> Self:
        said = json.loads(zlib.decompress(packed))
        return cls(
            said["ruleset"],
            date.fromisoformat(said["on"]),
            {Category(category): name for category, name in said["against"].items()},
            [Cell(Category(c), Grade(b), Grade(a) if a else None, n) for c, b, a, n in said["cells"]],
            said["unknown"],
            {Tier(tier): cents for tier, cents in said["cents"].items()},
            [
                Kept(UUID(i), label, w, Category(c), r, p, Grade(b), Grade(a) if a else None)
                for i, label, w, c, r, p, b, a in said["devices"]
            ],
        )


class Tally:
    """A comparison while it is counted."""

    def __init__(self, ruleset: str, on: date, against: Mapping[Category, str]) -> None:
        self._ruleset, self._on, self._against = ruleset, on, against
        self._cells: Counter[tuple[Category, Grade, Grade | None]] = Counter()
        self._cents: dict[Tier, int] = dict.fromkeys(PAYING, 0)
        self._devices: list[Kept] = []
        self._unknown = 0
        self._prices: dict[tuple[Category, Grade, Tier, bool], int] = {}

    def add(self, device: Kept, *, public_body: bool) -> None:
        self._cells[device.category, device.before, device.after] += 1
        if device.before is device.after:
            return
        self._devices.append(device)
        if device.follows:
            assert device.after is not None
            for tier in PAYING:
                self._cents[tier] += self._price(device.category, device.after, tier, public_body)
                self._cents[tier] -= self._price(device.category, device.before, tier, public_body)

    def add_unknown(self) -> None:
        self._unknown += 1

    def done(self) -> Comparison:
        cells = [Cell(*place, count) for place, count in self._cells.items()]
        return Comparison(
            self._ruleset, self._on, self._against, sorted(cells, key=_place), self._unknown, self._cents, self._devices
        )

    def _price(self, category: Category, grade: Grade, tier: Tier, public_body: bool) -> int:
        asked = (category, grade, tier, public_body)
        if asked not in self._prices:
            self._prices[asked] = quote(category, grade, tier, self._on, public_body).amount_cents
        return self._prices[asked]


def _place(cell: Cell) -> tuple[int, int, int]:
    return list(Category).index(cell.category), cell.before.rank, 99 if cell.after is None else cell.after.rank


SHEET = (
    "Étiquette", "Atelier", "Équipement", "Étape", "Catégorie aujourd'hui", "Catégorie avec ces règles", "Suivrait",
    "Palier solidaire, écart en euros",
)  # fmt: skip


def _follows(one: Kept) -> str:
    if one.is_promised:
        return _("promis : garde sa catégorie")
    return _("oui") if one.follows else _("à revoir à l'établi")


def sheet(comparison: Comparison) -> Iterable[Sequence[object]]:
    """The devices that would change, for a spreadsheet."""
    for one in comparison.devices:
        difference = None
        if one.follows:
            assert one.after is not None
            prices = [
                quote(one.category, grade, Tier.SOLIDARY, comparison.on, False) for grade in (one.after, one.before)
            ]
            difference = in_euros(prices[0].amount_cents - prices[1].amount_cents)
        yield (
            one.label,
            one.workshop,
            _(one.category.label_fr),
            _("Prêt") if one.is_ready else _("Classé"),
            one.before,
            one.after or _("aucune"),
            _follows(one),
            difference,
        )
