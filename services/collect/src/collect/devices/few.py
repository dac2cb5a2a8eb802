"""What a page without a login says while fewer than five people have a device of a donation: nothing to count them by.

Neither how many were handed over nor which, nor what reuse avoids (a figure for each): every device that is ready, on
its way or with somebody reads alike, and no figure tells these apart. A count of none is hidden as one of four is, or
what is left would tell. Once five have one, the same holds of each category that fewer than five have.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, Self

from filiere.catalogue import ShownStatus

from collect.devices.schemas import FEWEST_PEOPLE, ONE_PERSON_EACH, DeviceLine, DeviceOut
from collect.devices.stage import Stage

REUSED = frozenset({Stage.READY, Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED, Stage.HANDED_OVER})
AT_LEAST = "%(num)s ou plus"
FEW = "moins de 5"
ENOUGH = "5 ou plus"
ALIKE = "réemployé : prêt, attribué ou remis"


class OfCategory(NamedTuple):
    """Devices of one category that are ready or further, and those of them that were handed over."""

    category: str
    reused: int
    handed_over: int


class Reuse(NamedTuple):
    """Devices of a donation that are ready or further, and those of them that were handed over, by category."""

    by_category: tuple[OfCategory, ...]

    @classmethod
    def of(cls, devices: Iterable[DeviceOut]) -> Self:
        """Of the very devices that a paper lists; as the repository counts it."""
        some = [one for one in devices if one.stage in REUSED]
        reused = Counter(one.real_category for one in some)
        handed = Counter(one.real_category for one in some if one.stage is Stage.HANDED_OVER)
        return cls(tuple(OfCategory(one, reused[one], handed[one]) for one in sorted(reused)))

    @property
    def handed_over(self) -> int:
        return sum(one.handed_over for one in self.by_category)

    @property
    def is_few(self) -> bool:
        """Whether who was handed a device could be counted: all of them, or those whom it equips."""
        equipping = [one for one in self.by_category if one.category in ONE_PERSON_EACH]
        return (bool(self.by_category) and self.handed_over < FEWEST_PEOPLE) or (
            bool(equipping) and sum(one.handed_over for one in equipping) < FEWEST_PEOPLE
        )

    @property
    def hidden(self) -> frozenset[str]:
        """Categories of which nothing is told: all while people are few, else those handed to fewer than five.

        What is told beside them (totals, sums, départements) is of the other categories alone: taken away from each
        other, no two figures leave what is hidden.
        """
        is_few = self.is_few
        return frozenset(one.category for one in self.by_category if is_few or one.handed_over < FEWEST_PEOPLE)

    @property
    def told(self) -> int:
        """How many were handed over of the categories that are told."""
        hidden = self.hidden
        return sum(one.handed_over for one in self.by_category if one.category not in hidden)

    @property
    def said(self) -> str:
        """How many were handed over where no category is told."""
        return FEW if self.handed_over < FEWEST_PEOPLE else ENOUGH


def alike(line: DeviceLine, word: str) -> DeviceLine:
    """The device as any other that is ready or further; others as they are. `word`: ALIKE, in the reader's language."""
    if line.stage not in REUSED:
        return line
    shown = ShownStatus.READY_TO_ORDER
    hidden = {"stage": Stage.READY, "status": shown.value, "status_fr": shown.label_fr, "why": word, "label": ""}
    return line.model_copy(update=hidden | {"territory": None, "how": None, "away": None, "promise_at": None})
