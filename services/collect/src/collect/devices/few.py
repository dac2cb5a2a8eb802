"""What a page without a login says while fewer than five people have a device of a donation: nothing to count them by.

Neither how many were handed over nor which, nor what reuse avoids (a figure for each): every device that is ready, on
its way or with somebody reads alike. A count of none is hidden as one of four is, or what is left would tell.
"""

from collections.abc import Iterable
from typing import NamedTuple, Self

from filiere.catalogue import ShownStatus

from collect.devices.schemas import FEWEST_PEOPLE, ONE_PERSON_EACH, DeviceLine, DeviceOut
from collect.devices.stage import Stage

REUSED = frozenset({Stage.READY, Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED, Stage.HANDED_OVER})
FEW = "moins de 5"
ENOUGH = "5 ou plus"
ALIKE = "réemployé : prêt, attribué ou remis"


class Reuse(NamedTuple):
    """Devices that are ready or further, and those of them that were handed over; `equipping`: that equip a person."""

    reused: int
    handed_over: int
    equipping: int
    equipped: int

    @classmethod
    def of(cls, devices: Iterable[DeviceOut]) -> Self:
        """Of the very devices that a paper lists; as the repository counts it."""
        some = [one for one in devices if one.stage in REUSED]
        people = [one for one in some if (one.seen_category or one.category) in ONE_PERSON_EACH]
        handed = [[one for one in many if one.stage is Stage.HANDED_OVER] for many in (some, people)]
        return cls(len(some), len(handed[0]), len(people), len(handed[1]))

    @property
    def is_few(self) -> bool:
        """Whether who was handed a device could be counted: all of them, or those whom it equips."""
        return (self.reused > 0 and self.handed_over < FEWEST_PEOPLE) or (
            self.equipping > 0 and self.equipped < FEWEST_PEOPLE
        )

    @property
    def said(self) -> str:
        """How many were handed over, while they are few."""
        return FEW if self.handed_over < FEWEST_PEOPLE else ENOUGH


def alike(line: DeviceLine, word: str) -> DeviceLine:
    """The device as any other that is ready or further; others as they are. `word`: ALIKE, in the reader's language."""
    if line.stage not in REUSED:
        return line
    shown = ShownStatus.READY_TO_ORDER
    hidden = {"stage": Stage.READY, "status": shown.value, "status_fr": shown.label_fr, "why": word, "label": ""}
    return line.model_copy(update=hidden | {"territory": None, "how": None, "away": None, "promise_at": None})
