"""What the page of a draft sends: a field per price, as people write euros."""

from typing import Annotated, Any

from filiere.catalogue import Category, Grade
from filiere.web.bounded_types import Day
from filiere.web.formats import short_day
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, create_model, field_validator

from distribute.as_read import Seen, fingerprint
from distribute.price_lists.rules import cell_name
from distribute.price_lists.schemas import (
    LONGEST_LINE,
    MOST_SOURCES,
    PAYING,
    AllCells,
    Cents,
    PriceListIn,
    PriceListOut,
)
from distribute.typed_euros import cents_of

Euros = Annotated[Cents, BeforeValidator(cents_of)]
_CELLS: dict[str, Any] = {
    cell_name(category, tier, grade): (Euros, ...) for category in Category for tier in PAYING for grade in Grade
}


class _ListForm(BaseModel):
    label: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    valid_from: Day
    source: Annotated[str, Field(max_length=MOST_SOURCES * (LONGEST_LINE + 2))]
    seen: Seen | None = None

    @field_validator("source")
    @classmethod
    def _each_is_kept(cls, text: str) -> str:
        """A source that does not fit is refused: a figure whose source was cut has none."""
        lines = _lines(text)
        if len(lines) > MOST_SOURCES:
            raise ValueError(
                f"{MOST_SOURCES} sources au plus, une par ligne. Il y en a {len(lines)} : regroupez-en quelques-unes."
            )
        for number, line in enumerate(lines, 1):
            if len(line) > LONGEST_LINE:
                raise ValueError(
                    f"La ligne {number} est trop longue : {LONGEST_LINE} caractères au plus, elle en a {len(line)}."
                )
        return text

    def asked(self) -> PriceListIn:
        """As the API takes it."""
        said = self.model_dump()
        prices = {
            category.value: {
                tier.value: {grade.value: said[cell_name(category, tier, grade)] for grade in Grade} for tier in PAYING
            }
            for category in Category
        }
        return PriceListIn(
            label=self.label,
            valid_from=self.valid_from,
            source=_lines(self.source),
            prices=AllCells.model_validate(prices),
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


ListForm: type[_ListForm] = create_model("ListForm", __base__=_ListForm, **_CELLS)


def opened(found: PriceListOut) -> dict[str, str]:
    """A draft as its form shows it, and which one it is."""
    return {
        "label": found.label,
        "valid_from": found.valid_from.isoformat(),
        "source": "\n".join(found.source),
        "seen": fingerprint(found.said),
        **_written(found.prices),
    }


def written_meanwhile(found: PriceListOut, typed: PriceListIn) -> dict[str, str]:
    """By field, what a colleague wrote where it is not what was typed."""
    theirs = found.said
    said: dict[str, str] = {}
    if theirs.label != typed.label:
        said["label"] = theirs.label
    if theirs.valid_from != typed.valid_from:
        said["valid_from"] = short_day(theirs.valid_from)
    if theirs.source != typed.source:
        said["source"] = " · ".join(theirs.source)
    mine = _written(typed.prices)
    return said | {name: f"{euros} €" for name, euros in _written(theirs.prices).items() if euros != mine[name]}


def _written(prices: AllCells) -> dict[str, str]:
    """The cells as the form shows them."""
    return {
        cell_name(category, tier, grade): _euros(prices.of(category, grade, tier))
        for category in Category
        for tier in PAYING
        for grade in Grade
    }


def _euros(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02d}" if rest else str(whole)
