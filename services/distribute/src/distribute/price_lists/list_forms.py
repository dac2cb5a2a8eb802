"""What the page of a draft sends: a field per price, as people write euros."""

from typing import Annotated, Any

from filiere.catalogue import Category, Grade
from filiere.web.bounded_types import Day
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, create_model

from distribute.price_lists.rules import cell_name
from distribute.price_lists.schemas import PAYING, AllCells, Cents, PriceListIn
from distribute.typed_euros import cents_of

Euros = Annotated[Cents, BeforeValidator(cents_of)]
_CELLS: dict[str, Any] = {
    cell_name(category, tier, grade): (Euros, ...) for category in Category for tier in PAYING for grade in Grade
}


class _ListForm(BaseModel):
    label: Annotated[str, StringConstraints(min_length=3, max_length=80)]
    valid_from: Day
    source: Annotated[str, Field(max_length=4000)]

    def asked(self) -> PriceListIn:
        """As the API takes it."""
        said = self.model_dump()
        prices = {
            category.value: {
                tier.value: {grade.value: said[cell_name(category, tier, grade)] for grade in Grade} for tier in PAYING
            }
            for category in Category
        }
        sources = [line.strip()[:300] for line in self.source.splitlines() if line.strip()][:20]
        return PriceListIn(
            label=self.label, valid_from=self.valid_from, source=sources, prices=AllCells.model_validate(prices)
        )


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
