"""Which quantity is unusual for a Relais: asked about before it is ordered, never refused.

Usual is what comes up to one of three marks: ten devices, a quarter of the people that the Relais supports in a year,
three times the largest line of this category that it ordered in the last twelve months.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from filiere.catalogue import Category
from filiere.web import FieldError

from distribute.orders.errors import UnusualQuantity
from distribute.orders.schemas import OrderLineIn

A_FEW = 10
PEOPLE_PER_DEVICE = 4
TIMES_THE_LARGEST = 3
MONTHS = 12
ASK = (
    "C'est plus que d'habitude : {quantity}. Votre plus grande demande de l'année : {largest} ; personnes suivies par"
    " an : {people}. Confirmez cette quantité, ou corrigez-la."
)


class Usual(NamedTuple):
    """What is usual for a Relais in one category."""

    largest: int
    people: int

    @property
    def most(self) -> int:
        """The largest quantity that raises no question."""
        return max(A_FEW, -(-self.people // PEOPLE_PER_DEVICE), TIMES_THE_LARGEST * self.largest)


def check_usual(lines: Sequence[OrderLineIn], people: int, largest: Mapping[Category, int]) -> None:
    """Raise UnusualQuantity with each line that asks for more than is usual and does not say that it is meant."""
    errors = []
    for number, line in enumerate(lines):
        usual = Usual(largest.get(line.category, 0), people)
        if not line.confirmed and line.quantity > usual.most:
            sentence = ASK.format(quantity=line.quantity, largest=usual.largest, people=usual.people)
            errors.append(FieldError(f"lines.{number}.quantity", sentence))
    if errors:
        raise UnusualQuantity(errors)
