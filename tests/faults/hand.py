"""A hand of the workload: a sequential process that acts as one person after another, by chance and by a load."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from typing import Any, Self

from stack.demo.organisations import Organisations

from tests.faults.history import Mark
from tests.faults.pages import Pages
from tests.faults.people import Person

_LOOK_AGAIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Load:
    """How much, and how varied. Shares are of one."""

    donors: int = 4  # hands
    orders: int = 3
    rate: float = 25.0  # operations begun per second, at most
    patience_s: float = 12.0  # how long a person asks again
    devices: tuple[int, int] = (1, 4)  # per donation
    # Of donations and lots.
    attached: float = 0.25  # with a file
    taken_back: float = 0.06  # before the answer
    called_off: float = 0.06  # accepted, and given up before the pickup
    drawn: float = 0.25  # with a document
    left_behind: float = 0.06  # devices not found at the donor's
    turned_up: float = 0.6  # of the donations with such a device: the donor finds it, it is fetched
    split: float = 0.2  # lots of several devices, for two workshops
    lost: float = 0.06  # devices collected, never scanned at the workshop
    found_again: float = 0.5  # of the lost: scanned after all
    offline: float = 0.1  # lots scanned without the network, sent afterwards, twice
    together: float = 0.2  # lots whose devices are declared ready, or given up and taken up again, in one act
    declared_twice: float = 0.1  # lots of which two rows are one machine
    surplus: float = 0.12  # lots with something more on the table than they list
    otherwise: float = 0.1  # lots whose workshop says meanwhile that a week is otherwise
    # Of devices at the bench.
    misdeclared: float = 0.1  # a disk too many, which two people take away
    broken: float = 0.12  # a point of the sheet fails: repaired with a part
    regraded: float = 0.08  # a grade is taken back
    retested: float = 0.06  # the whole sheet, after the grade
    withdrawn: float = 0.12
    reopened: float = 0.4  # of the withdrawn
    wasted: float = 0.4  # of the withdrawn that stay so and hold no data
    recalled: float = 0.15  # of the ready ones that are promised within a moment
    free_recalled: float = 0.4  # of those that nobody orders
    # Of orders and parcels.
    ordered_twice: float = 0.15  # at once, by the page and by the API
    fewer: float = 0.1  # of the lines of several
    cancelled: float = 0.2
    rest_given_up: float = 0.5  # of the orders that are served in part
    taken_out: float = 0.1  # parcels out of which a device is taken before they leave
    undone: float = 0.15  # of allocation runs
    missing: float = 0.1  # devices that are not in their parcel
    damaged: float = 0.08
    seen_unwiped: float = 0.15  # parcels with a machine: its audit sees a disk that nobody wiped while they leave
    # At the Relais.
    lent: float = 0.15
    cart: float = 0.3  # of several devices: in one go
    sent_later: float = 0.2  # sold without the network
    handover_undone: float = 0.12
    brought_back: float = 0.2
    closed: float = 0.15  # the till, after a parcel
    topped_up: float = 0.4  # a top-up, after a parcel
    slips: float = 0.3  # of what is handed over alone, and of top-ups: by somebody who was sent with a slip
    # Beside them.
    desks: bool = True  # lots recalled, price lists published, invoices; a counter for top-ups alone

    @classmethod
    def plain(cls, **other: Any) -> Self:
        """Lives that go straight on: some devices are lost or given up, some orders cancelled, nothing else happens."""
        kept = {"rate", "patience_s", "left_behind", "lost", "found_again", "withdrawn", "cancelled"}
        none: dict[str, Any] = {
            one.name: 0.0 for one in fields(cls) if isinstance(one.default, float) and one.name not in kept
        }
        return cls(**{**none, "desks": False, **other})


@dataclass(slots=True)
class Counts:
    """What the hands have finished; `History.acknowledged` counts each operation."""

    ready: int = 0
    handed_over: int = 0
    abandoned: int = 0
    refused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does things one after the other; whom it acts for, it decides."""

    name: str
    chance: random.Random
    load: Load
    counts: Counts
    there: Organisations
    person: Callable[[str, str], Person]
    """The APIs of a service as somebody (subject)."""
    pages: Callable[[str, str], Pages]
    """The pages of a service as somebody."""
    goes_on: Callable[[], bool]

    def happens(self, share: float) -> bool:
        return self.chance.random() < share

    async def until(self, look: Callable[[], Awaitable[bool]], looks: int = 20) -> bool:
        """Whether it comes true within so many looks."""
        for _ in range(looks):
            if await look():
                return True
            await asyncio.sleep(_LOOK_AGAIN_S)
        return False


def event(name: str, key: str) -> Mark:
    """An event of which a key tells."""
    return Mark("event", f"{name} {key}")


def events(name: str, devices: list[dict[str, Any]], key: str = "id") -> list[Mark]:
    return [event(name, one[key]) for one in devices]
