"""What the page of a draft sends: a field per price, as people write euros."""

from typing import Annotated, Any

from filiere.catalogue import Category, Grade
from filiere.web.bounded_types import Day
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, create_model, field_validator

from distribute.price_lists.rules import cell_name
from distribute.price_lists.schemas import LONGEST_LINE, MOST_SOURCES, PAYING, AllCells, Cents, PriceListIn
from distribute.typed_euros import cents_of

Euros = Annotated[Cents, BeforeValidator(cents_of)]
_CELLS: dict[str, Any] = {
    cell_name(category, tier, grade): (Euros, ...) for category in Category for tier in PAYING for grade in Grade
}


class _ListForm(BaseModel):
    label: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    valid_from: Day
    source: Annotated[str, Field(max_length=MOST_SOURCES * (LONGEST_LINE + 2))]

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


def written(prices: AllCells) -> dict[str, str]:
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
