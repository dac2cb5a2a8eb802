"""A lot shared out over several workshops when one cannot take all of it, or only after a long wait.

Every choice of up to three workshops is weighed by the same measure: what each device waits and travels on average,
plus a week for each lorry more than one; a device that nobody of the choice can treat weighs as much as a year. So a
lot is shared when that saves its devices more than a week. Our own choice, to be argued with on the page that shows it.
Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from uuid import UUID

from pydantic import BaseModel, Field

from collect.workshops.distances import distance_km
from collect.workshops.schemas import WorkshopOut
from collect.workshops.suggestion import KM_PER_WEEK, UNKNOWN_KM, Suggestion, counted_fr, rank, suggest, takes
from collect.workshops.waiting import weeks_until

MOST_PARTS = 3
LORRY_WEEKS = 1.0
NEVER_WEEKS = 52.0
BEST = 5
"""Workshops that are looked at beside the best one of each category."""
STEPS = 20
"""A category is shared out in so many steps, each to where it costs least."""

AtWork = Mapping[tuple[UUID, str], int]


class SplitPart(BaseModel):
    """What one workshop would take. `devices`: category → so many."""

    workshop_id: UUID
    name: str
    city: str
    devices: dict[str, int]
    reasons: list[str] = Field(description="French sentences")


class SplitProposal(BaseModel):
    """How a lot may be shared out. One part: one workshop takes it all; `left`: what none of them treats."""

    parts: list[SplitPart]
    left: dict[str, int]
    reason: str = Field(description="why it is shared out, or why not; a French sentence")

    @property
    def is_split(self) -> bool:
        return len(self.parts) > 1 or bool(self.left and self.parts)


class _Choice(BaseModel):
    cost: float
    shares: dict[UUID, dict[str, int]]
    left: dict[str, int]


def propose(
    workshops: Sequence[WorkshopOut], at_work: AtWork, categories: Mapping[str, int], postcode: str
) -> SplitProposal:
    """The best way to share a lot out. Same input, same answer."""
    known = {one.workshop_id: one for one in workshops}
    far = {one.workshop_id: distance_km(postcode, one.postcode) for one in workshops}
    looked_at = [known[one] for one in _candidates(workshops, at_work, categories, postcode)]
    choices = [
        _weighed(some, at_work, categories, far)
        for count in range(1, min(MOST_PARTS, len(looked_at)) + 1)
        for some in combinations(looked_at, count)
    ]
    best = min(choices, key=lambda one: one.cost, default=_Choice(cost=0, shares={}, left=dict(categories)))
    parts = [_part(known[one], at_work, shares, postcode) for one, shares in best.shares.items()]
    parts.sort(key=lambda part: (-sum(part.devices.values()), part.name, part.workshop_id))
    return SplitProposal(parts=parts, left=best.left, reason=_why(best, rank(workshops, at_work, categories, postcode)))


def _candidates(
    workshops: Sequence[WorkshopOut], at_work: AtWork, categories: Mapping[str, int], postcode: str
) -> list[UUID]:
    """The best for the whole lot, and the best for each category, in that order."""
    wanted = [one.workshop_id for one in rank(workshops, at_work, categories, postcode)[:BEST] if one.devices]
    for name, count in categories.items():
        wanted += [one.workshop_id for one in rank(workshops, at_work, {name: count}, postcode)[:2] if one.devices]
    return list(dict.fromkeys(wanted))


def _weighed(
    some: Sequence[WorkshopOut], at_work: AtWork, categories: Mapping[str, int], far: Mapping[UUID, int | None]
) -> _Choice:
    """What it costs, in weeks of an average device, to share the lot out over just these workshops."""
    shares: dict[UUID, dict[str, int]] = {one.workshop_id: {} for one in some}
    left: dict[str, int] = {}
    cost = 0.0
    for name, count in categories.items():
        able = [one for one in some if takes(one, name)]
        if not able:
            left[name] = count
            cost += count * NEVER_WEEKS
            continue
        taken = dict.fromkeys((one.workshop_id for one in able), 0)
        for step in _steps(count):
            cheapest = min(able, key=lambda one: _marginal(one, name, taken[one.workshop_id], at_work, far))
            taken[cheapest.workshop_id] += step
        for one in able:
            n = taken[one.workshop_id]
            if n:
                shares[one.workshop_id][name] = n
                cost += n * (_weeks(one, name, n, at_work) + _way(far[one.workshop_id]))
    shares = {one: what for one, what in shares.items() if what}
    total = sum(categories.values()) or 1
    return _Choice(cost=cost / total + LORRY_WEEKS * max(len(shares) - 1, 0), shares=shares, left=left)


def _steps(count: int) -> Iterator[int]:
    size = max(1, count // STEPS)
    while count > 0:
        yield min(size, count)
        count -= size


def _weeks(workshop: WorkshopOut, name: str, count: int, at_work: AtWork) -> float:
    return weeks_until(workshop, name, at_work.get((workshop.workshop_id, name), 0) + count)


def _marginal(
    workshop: WorkshopOut, name: str, count: int, at_work: AtWork, far: Mapping[UUID, int | None]
) -> tuple[float, str, UUID]:
    """What one device more costs there: its own wait, and that of those which it makes wait."""
    weeks = _weeks(workshop, name, 2 * count, at_work) + _way(far[workshop.workshop_id])
    return weeks, workshop.name, workshop.workshop_id


def _way(km: int | None) -> float:
    return (UNKNOWN_KM if km is None else km) / KM_PER_WEEK


def _part(workshop: WorkshopOut, at_work: AtWork, shares: dict[str, int], postcode: str) -> SplitPart:
    seen: Suggestion = suggest(workshop, at_work, shares, postcode)
    named = {"workshop_id": workshop.workshop_id, "name": workshop.name, "city": workshop.city}
    return SplitPart(**named, devices=shares, reasons=seen.reasons[1:])


def _why(best: _Choice, ranked: Sequence[Suggestion]) -> str:
    if not best.shares:
        return "Aucun atelier connu ne traite ces équipements."
    unable = f" Aucun atelier ne traite {_listed(best.left)} : ils restent dans le lot." if best.left else ""
    if len(best.shares) == 1:
        return "Un seul atelier prend tout ce qui peut l'être." + unable
    first = ranked[0]
    alone = (
        f"seul, {first.name} mettrait environ {round(first.weeks)} semaines"
        if first.weeks and not _lacks(first, best)
        else f"seul, {first.name} ne traiterait pas tout"
    )
    return f"Partagé entre {len(best.shares)} ateliers : {alone}.{unable}"


def _lacks(first: Suggestion, best: _Choice) -> bool:
    """Whether the first workshop could not take what the parts take together."""
    return first.devices < sum(sum(one.values()) for one in best.shares.values())


def _listed(categories: Mapping[str, int]) -> str:
    return ", ".join(counted_fr(name, count) for name, count in categories.items())
