"""The basket of the « Commander » page, kept in the address: it works without script and can be sent to a colleague."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.web import DomainError, FieldError
from filiere.web.bounded_types import bounded_count

from distribute.orders.alternatives import ALTERNATIVES
from distribute.orders.errors import LinesToCorrect
from distribute.orders.options import NOT_A_NUMBER, TOO_MANY, UNREADABLE
from distribute.orders.schemas import MAX_QUANTITY, OrderIn, OrderLineIn, OrderLineOut

# Fields of the page beside those of its categories, that stay in the address: for whom, which public, which order is
# changed, which draft was opened, which order this one is meant to repeat.
KEPT = ("relais", "public", "commande", "brouillon", "encore")
# A line's field: name in the API → (last part of the form's field name, first part of its id).
FIELDS = {"quantity": ("", "q"), "urgent": ("-urgent", "u"), "wanted_on": ("-on", "on"), "campaign": ("-campaign", "k")}


@dataclass(frozen=True)
class BasketLine:
    """One category of the basket. `typed` is the quantity as typed, `on` the date."""

    category: Category
    typed: str
    grade: Grade
    # What may come instead, in the order of preference.
    instead: tuple[Category, ...]
    urgent: bool
    on: str
    campaign: str
    # The quantity that was said to be meant, as it was typed then.
    sure: str

    @property
    def quantity(self) -> int | None:
        """How many; None for what cannot be read or is too many."""
        number = _number(self.typed)
        return number if number is not None and number <= MAX_QUANTITY else None

    @property
    def wrong(self) -> str | None:
        """The French sentence about a quantity that cannot be taken."""
        if self.quantity is not None:
            return None
        return NOT_A_NUMBER if _number(self.typed) is None else TOO_MANY

    @property
    def is_asked(self) -> bool:
        return self.quantity != 0

    @property
    def is_precise(self) -> bool:
        """Whether it says more than how many."""
        return bool(self.instead or self.grade is not Grade.D or self.urgent or self.on)

    @property
    def wanted_on(self) -> date | None:
        """Raises ValueError for what is no date."""
        return date.fromisoformat(self.on) if self.on else None


class Wrong(NamedTuple):
    """What is to be corrected in one field of the page."""

    category: Category
    field: str
    anchor: str
    sentence: str


def basket(values: Mapping[str, str]) -> dict[Category, BasketLine]:
    """Read a basket from form or address fields; `plus` and `minus` name the category whose button was pressed.

    What cannot be taken stays as it was typed.
    """
    wishes = {}
    for category in Category:
        typed = values.get(category.value, "").strip()[:40] or "0"
        number = _number(typed)
        if number is not None and number <= MAX_QUANTITY:
            number += (values.get("plus") == category.value) - (values.get("minus") == category.value)
            typed = str(min(max(number, 0), MAX_QUANTITY))
        grade = values.get(f"{category.value}-grade", "")
        wishes[category] = BasketLine(
            category,
            typed,
            Grade(grade) if grade in set(Grade) else Grade.D,
            tuple(one for one in ALTERNATIVES[category] if values.get(f"{category.value}-or-{one.value}")),
            bool(values.get(f"{category.value}-urgent")),
            values.get(f"{category.value}-on", "").strip()[:40],
            values.get(f"{category.value}-campaign", "").strip()[:100],
            values.get(f"{category.value}-sure", "").strip()[:40],
        )
    return wishes


def _number(typed: str) -> int | None:
    return bounded_count(typed, 0, MAX_QUANTITY + 1) if typed.isascii() and typed.isdigit() else None


def kept(values: Mapping[str, str]) -> dict[str, str]:
    """The basket as the address keeps it: what differs from an empty one, nothing else of the form.

    Not the note: people write names there, and addresses are kept in many places.
    """
    address = {name: values[name] for name in KEPT if values.get(name)}
    for category, line in basket(values).items():
        if line.is_asked:
            address[category.value] = line.typed
        if line.grade is not Grade.D:
            address[f"{category.value}-grade"] = line.grade.value
        for one in line.instead:
            address[f"{category.value}-or-{one.value}"] = "1"
        if line.urgent:
            address[f"{category.value}-urgent"] = "1"
        if line.on:
            address[f"{category.value}-on"] = line.on
        if line.campaign:
            address[f"{category.value}-campaign"] = line.campaign
    return address


def fields_of(lines: Iterable[OrderLineIn | OrderLineOut]) -> dict[str, str]:
    """The fields of a basket that means these lines; several of one category are added up, with the first's options."""
    fields: dict[str, str] = {}
    total: Counter[Category] = Counter()
    for line in lines:
        if not line.quantity:
            continue
        total[line.category] += line.quantity
        key = line.category.value
        if key not in fields:
            fields |= {f"{key}-or-{one.value}": "1" for one in line.substitutes}
            fields[f"{key}-grade"] = line.min_grade.value
            fields[f"{key}-urgent"] = "1" if line.urgent else ""
            fields[f"{key}-on"] = line.wanted_on.isoformat() if line.wanted_on else ""
            fields[f"{key}-campaign"] = line.campaign or ""
        fields[key] = str(total[line.category])
        fields.setdefault("public", line.publics[0] if line.publics else "")
    return kept(fields)


def order_of(
    relais_id: UUID, wishes: Mapping[Category, BasketLine], public: str | None, note: str = ""
) -> OrderIn | None:
    """The order that a basket means; None when it is empty. Raises LinesToCorrect for what cannot be read."""
    chosen = _asked(wishes)
    _require_readable(chosen)
    lines = [
        OrderLineIn(
            category=line.category,
            quantity=line.quantity or 0,
            min_grade=line.grade,
            publics=[public] if public else [],
            substitutes=list(line.instead),
            urgent=line.urgent,
            wanted_on=line.wanted_on,
            campaign=line.campaign or None,
            confirmed=line.sure == line.typed,
        )
        for line in chosen
    ]
    return OrderIn(relais_id=relais_id, lines=lines, note=note or None) if lines else None


def to_correct(error: DomainError | None, wishes: Mapping[Category, BasketLine]) -> dict[str, Wrong]:
    """What to correct by the form's field, in the page's order: `lines.0.wanted_on` becomes `tablet-on`.

    Quantities that cannot be taken are told before the order is placed too: the basket is in the address.
    """
    chosen = _asked(wishes)
    items = error.errors if isinstance(error, LinesToCorrect) else _unreadable_quantities(chosen)
    found = {}
    for item in items:
        _, number, field = item.field.split(".")
        category = chosen[int(number)].category
        end, start = FIELDS[field]
        found[f"{category.value}{end}"] = Wrong(category, field, f"{start}-{category.value}", item.message_fr)
    return found


def _asked(wishes: Mapping[Category, BasketLine]) -> list[BasketLine]:
    return [line for line in wishes.values() if line.is_asked]


def _unreadable_quantities(chosen: Sequence[BasketLine]) -> list[FieldError]:
    return [FieldError(f"lines.{number}.quantity", line.wrong) for number, line in enumerate(chosen) if line.wrong]


def _require_readable(chosen: Sequence[BasketLine]) -> None:
    errors = _unreadable_quantities(chosen)
    for number, line in enumerate(chosen):
        try:
            _ = line.wanted_on
        except ValueError:
            errors.append(FieldError(f"lines.{number}.wanted_on", UNREADABLE))
    if errors:
        raise LinesToCorrect(errors)
