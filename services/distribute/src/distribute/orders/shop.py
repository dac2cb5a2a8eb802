"""The basket of the « Commander » page, kept in the address: it works without script and can be sent to a colleague."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from filiere.catalogue import Category, Grade

from distribute.orders.schemas import MAX_QUANTITY, OrderIn, OrderLineIn


@dataclass(frozen=True)
class Wish:
    """One category of the basket."""

    category: Category
    quantity: int
    grade: Grade
    replaces: bool


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
    return address


def order_of(relais_id: UUID, wishes: Mapping[Category, Wish], public: str | None) -> OrderIn | None:
    """The order that a basket means; None when it is empty."""
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
        )
        for wish in wishes.values()
        if wish.quantity
    ]
    return OrderIn(relais_id=relais_id, lines=lines) if lines else None


REPLACEABLE = {
    Category.LAPTOP: "J'accepte aussi des ordinateurs de bureau",
    Category.DESKTOP: "J'accepte aussi des ordinateurs portables",
    Category.SMARTPHONE: "J'accepte aussi des téléphones à touches",
    Category.BASIC_PHONE: "J'accepte aussi des smartphones",
}
