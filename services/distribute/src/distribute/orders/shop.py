"""The basket of the « Commander » page, kept in the address: it works without script and can be sent to a colleague."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.web import DomainError, FieldError

from distribute.orders.errors import LinesToCorrect
from distribute.orders.options import UNREADABLE
from distribute.orders.schemas import MAX_QUANTITY, OrderIn, OrderLineIn

# A line's options: field of the API → last part of the form's field name.
FIELDS = {"urgent": "urgent", "wanted_on": "on", "campaign": "campaign"}


@dataclass(frozen=True)
class Wish:
    """One category of the basket. `on` is the date as typed."""

    category: Category
    quantity: int
    grade: Grade
    replaces: bool
    urgent: bool
    on: str
    campaign: str

    @property
    def is_precise(self) -> bool:
        """Whether it says more than how many."""
        return bool(self.replaces or self.grade is not Grade.D or self.urgent or self.on or self.campaign)

    @property
    def wanted_on(self) -> date | None:
        """Raises ValueError for what is no date."""
        return date.fromisoformat(self.on) if self.on else None


def basket(values: Mapping[str, str]) -> dict[Category, Wish]:
    """Read a basket from form or address fields; `plus` and `minus` name the category whose button was pressed."""
    wishes = {}
    for category in Category:
        typed = values.get(category.value, "").strip()
        quantity = int(typed) if typed.isascii() and typed.isdigit() else 0
        quantity += (values.get("plus") == category.value) - (values.get("minus") == category.value)
        grade = values.get(f"{category.value}-grade", "")
        wishes[category] = Wish(
            category,
            min(max(quantity, 0), MAX_QUANTITY),
            Grade(grade) if grade in set(Grade) else Grade.D,
            bool(values.get(f"{category.value}-replace")),
            bool(values.get(f"{category.value}-urgent")),
            values.get(f"{category.value}-on", "").strip()[:40],
            values.get(f"{category.value}-campaign", "").strip()[:100],
        )
    return wishes


def kept(values: Mapping[str, str]) -> dict[str, str]:
    """The basket as the address keeps it: what differs from an empty one, nothing else of the form."""
    address = {name: values[name] for name in ("relais", "public") if values.get(name)}
    for category, wish in basket(values).items():
        if wish.quantity:
            address[category.value] = str(wish.quantity)
        if wish.grade is not Grade.D:
            address[f"{category.value}-grade"] = wish.grade.value
        if wish.replaces:
            address[f"{category.value}-replace"] = "1"
        if wish.urgent:
            address[f"{category.value}-urgent"] = "1"
        if wish.on:
            address[f"{category.value}-on"] = wish.on
        if wish.campaign:
            address[f"{category.value}-campaign"] = wish.campaign
    return address


def order_of(relais_id: UUID, wishes: Mapping[Category, Wish], public: str | None) -> OrderIn | None:
    """The order that a basket means; None when it is empty. Raises LinesToCorrect for dates that cannot be read."""
    chosen = [wish for wish in wishes.values() if wish.quantity]
    _require_dates(chosen)
    replacement = {
        Category.LAPTOP: [Category.DESKTOP],
        Category.DESKTOP: [Category.LAPTOP],
        Category.SMARTPHONE: [Category.BASIC_PHONE],
        Category.BASIC_PHONE: [Category.SMARTPHONE],
    }
    lines = [
        OrderLineIn(
            category=wish.category,
            quantity=wish.quantity,
            min_grade=wish.grade,
            publics=[public] if public else [],
            substitutes=replacement.get(wish.category, []) if wish.replaces else [],
            urgent=wish.urgent,
            wanted_on=wish.wanted_on,
            campaign=wish.campaign or None,
        )
        for wish in chosen
    ]
    return OrderIn(relais_id=relais_id, lines=lines) if lines else None


def beside(error: DomainError | None, wishes: Mapping[Category, Wish]) -> dict[str, str]:
    """The sentences of an error by the form's field: `lines.0.wanted_on` becomes `tablet-on`."""
    chosen = [wish.category for wish in wishes.values() if wish.quantity]
    found = {}
    for item in error.errors if isinstance(error, LinesToCorrect) else ():
        _, number, field = item.field.split(".")
        found[f"{chosen[int(number)].value}-{FIELDS[field]}"] = item.message_fr
    return found


def _require_dates(chosen: Sequence[Wish]) -> None:
    errors = []
    for number, wish in enumerate(chosen):
        try:
            _ = wish.wanted_on
        except ValueError:
            errors.append(FieldError(f"lines.{number}.wanted_on", UNREADABLE))
    if errors:
        raise LinesToCorrect(errors)


REPLACEABLE = {
    Category.LAPTOP: "J'accepte aussi des ordinateurs de bureau",
    Category.DESKTOP: "J'accepte aussi des ordinateurs portables",
    Category.SMARTPHONE: "J'accepte aussi des téléphones à touches",
    Category.BASIC_PHONE: "J'accepte aussi des smartphones",
}
