"""What one allocation run is asked: free devices, open lines, Relais. A snapshot; nothing here is looked up.

Ids are any text, unique within their kind. The order of rows never matters: see `canonical`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from filiere.geography import LocalityClass

# Of one line or one Relais: beyond every order, and small enough for products with a weight to fit in 64 bits.
MOST = 10**11
# The parts of stock that urgent lines and campaigns may take are counted over so many days, so that it does not matter
# in how many runs the stock leaves. Long enough for the rarest categories to add up to whole devices; short enough that
# nobody can claim today a part of what left last season.
QUOTA_DAYS = 30


class BrokenProblem(ValueError):
    """The snapshot contradicts itself; the message names the row."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is, in millionths of a degree (integers, so that every machine reads the same)."""

    latitude: int
    longitude: int


@dataclass(frozen=True, slots=True)
class Device:
    """A free device."""

    id: str
    arrived_on: date


@dataclass(frozen=True, slots=True)
class StockClass:
    """Free devices that nobody who orders could tell apart."""

    id: str
    category: str
    grade: str
    cosmetic: str
    battery: str
    region: str
    place: Place | None
    # Reserved for the lines of this campaign; None for the stock of everybody.
    campaign: str | None
    # Given by a public body: only some structures may receive it (CG3P, art. L. 3212-2).
    public_origin: bool
    devices: tuple[Device, ...]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A set of classes that lines accept, by preference: what was asked first, then each consented substitute.

    Within a tier all classes are as good as each other. A class is in one tier at most. The first `asked` tiers are
    what was asked (say, the weakest grade that satisfies, then better ones); the others are substitutes.
    """

    id: str
    tiers: tuple[tuple[str, ...], ...]
    asked: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """What an open line of an order still lacks."""

    id: str
    relais_id: str
    acceptance_id: str
    quantity: int
    placed_on: date
    wanted_on: date | None = None
    urgent: bool = False
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Relais:
    """Who ordered. `asked` and `served` count devices of the sliding window, without what the open lines still lack."""

    id: str
    locality: LocalityClass
    publics: frozenset[str] = frozenset()
    people_supported: int = 0
    asked: int = 0
    served: int = 0
    # At most so many devices in this run; None leaves it to the policy.
    cap: int | None = None
    place: Place | None = None
    has_agreement: bool = True
    may_receive_public_origin: bool = True


@dataclass(frozen=True, slots=True)
class Lately:
    """Devices of a category that were promised in the last `QUOTA_DAYS` days and are kept.

    `of_everybody`: those that were not reserved for a campaign; `campaigns`: how many of these the lines of each took.
    """

    category: str
    given: int = 0
    of_everybody: int = 0
    urgent: int = 0
    campaigns: tuple[tuple[str, int], ...] = ()

    def taken(self, campaign: str) -> int:
        """What the lines of a campaign took of the stock of everybody."""
        return dict(self.campaigns).get(campaign, 0)


@dataclass(frozen=True, slots=True)
class Problem:
    """One snapshot, taken on `as_of`."""

    as_of: date
    classes: tuple[StockClass, ...]
    acceptances: tuple[Acceptance, ...]
    lines: tuple[Line, ...]
    relais: tuple[Relais, ...]
    # By category; one that nothing was promised of needs no row.
    lately: tuple[Lately, ...] = ()

    def lately_of(self, category: str) -> Lately:
        return next((one for one in self.lately if one.category == category), Lately(category))


def check(problem: Problem) -> None:
    """Raise BrokenProblem for a double id, an unknown reference or an impossible number."""
    classes = _unique("class", [one.id for one in problem.classes])
    acceptances = _unique("acceptance", [one.id for one in problem.acceptances])
    relais = _unique("Relais", [one.id for one in problem.relais])
    _unique("line", [one.id for one in problem.lines])
    _unique("device", [device.id for one in problem.classes for device in one.devices])
    for acceptance in problem.acceptances:
        accepted = [one for tier in acceptance.tiers for one in tier]
        if len(set(accepted)) != len(accepted):
            raise BrokenProblem(f"acceptance {acceptance.id} names a class twice")
        if not 1 <= acceptance.asked <= max(len(acceptance.tiers), 1):
            raise BrokenProblem(f"acceptance {acceptance.id} says that {acceptance.asked} of its tiers were asked")
        if not classes.issuperset(accepted):
            raise BrokenProblem(f"acceptance {acceptance.id} names the unknown class {min(set(accepted) - classes)}")
    for line in problem.lines:
        if not 1 <= line.quantity <= MOST:
            raise BrokenProblem(f"line {line.id} lacks {line.quantity} devices")
        if line.relais_id not in relais or line.acceptance_id not in acceptances:
            raise BrokenProblem(f"line {line.id} names an unknown Relais or acceptance")
    for one in problem.relais:
        if (
            not 0 <= one.served <= one.asked <= MOST
            or (one.cap is not None and one.cap < 0)
            or one.people_supported < 0
        ):
            raise BrokenProblem(f"Relais {one.id} has an impossible history, cap or size")
    _unique("category", [one.category for one in problem.lately])
    for past in problem.lately:
        taken = [count for _, count in past.campaigns]
        _unique("campaign", [name for name, _ in past.campaigns])
        if (
            min([past.urgent, *taken]) < 0
            or not past.urgent <= past.given <= MOST
            or not sum(taken) <= past.of_everybody <= past.given
        ):
            raise BrokenProblem(f"what was promised lately of category {past.category} is impossible")


def _unique(kind: str, ids: Sequence[str] | Iterable[str]) -> set[str]:
    ids = list(ids)
    seen = set(ids)
    if len(seen) != len(ids):
        raise BrokenProblem(f"two rows of kind {kind} share an id")
    return seen
