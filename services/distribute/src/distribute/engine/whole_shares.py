"""How many devices each Relais gets: the fair share to the fraction, then whole devices by the published rule."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from distribute.engine.fair_shares import Parts, fair_shares, refine
from distribute.engine.flow import Booleans, Integers
from distribute.engine.instance import Instance
from distribute.engine.networks import Layout, layout, most_each
from distribute.engine.one_heap import LargestRemainder, WaterFilling


@dataclass(frozen=True, slots=True)
class Shares:
    """What one network gives each Relais, by number; a Relais without a line in it gets 0 of 1."""

    plan: Layout
    fair: Parts
    rounded: Parts  # cut further where rounding met a bottleneck; the same where nothing was to be rounded
    most: Integers
    numerator: Integers  # the exact share is numerator / denominator
    denominator: Integers
    whole: Integers

    @property
    def usable(self) -> Booleans:
        """Arcs that carry anything in some flow of these whole numbers: the others lead across a bottleneck, down."""
        usable: Booleans = self.rounded.live | self.rounded.full
        return usable


def urgent_shares(instance: Instance, count: Callable[[], None]) -> Shares | None:
    """What urgent lines take first, within their published part of the stock. None without urgent lines or part."""
    nothing = np.zeros(len(instance.slope), np.int64)
    if not instance.urgent[instance.relevant].any() or not instance.policy.urgent_percent:
        return None
    return _share(instance, nothing, count, only_urgent=True)


def common_shares(instance: Instance, promised: Integers, count: Callable[[], None]) -> Shares:
    """What everybody gets, on top of what was `promised` to urgent lines (per Relais); both count as its share."""
    return _share(instance, promised, count, only_urgent=False)


def _share(instance: Instance, promised: Integers, count: Callable[[], None], *, only_urgent: bool) -> Shares:
    plan = layout(instance, only_urgent=only_urgent, promised=promised)
    most = most_each(instance, plan, only_urgent=only_urgent, promised=promised)
    relais = plan.relais_of
    before = instance.served[relais] + promised[relais]
    fair = fair_shares(plan.network, most, WaterFilling(instance.slope[relais], before, most), count)
    owner = fair.part[plan.network.players]
    scale = np.array([one.scale if one is not None else 1 for one in fair.settled], np.int64)[owner]
    whole, remainder = np.divmod(fair.amounts, scale)
    rounded = fair
    if remainder.any():
        turn = _turns(instance, relais, remainder, scale)
        rounded = refine(fair, LargestRemainder(whole, remainder, turn), count)
        whole = rounded.amounts
    everybody = len(instance.slope)
    shares = Shares(
        plan,
        fair,
        rounded,
        most,
        np.zeros(everybody, np.int64),
        np.ones(everybody, np.int64),
        np.zeros(everybody, np.int64),
    )
    shares.numerator[relais] = fair.amounts
    shares.denominator[relais] = scale
    shares.whole[relais] = whole
    return shares


def _turns(instance: Instance, relais: Integers, remainder: Integers, scale: Integers) -> Integers:
    """Who is completed to a whole device first: the largest remainder, measured in share; then the longest wait.

    A device weighs most in the share of those who asked for little, so the remainder is divided by the slope: whoever
    would stay lowest comes first. Compared exactly: two different fractions differ in the first 128 binary digits.
    """
    lost = [
        -((left << 128) // (unit * slope))
        for left, unit, slope in zip(remainder.tolist(), scale.tolist(), instance.slope[relais].tolist(), strict=True)
    ]
    waiting = (-instance.waiting[relais]).tolist()
    # Relais are numbered by id: the last tie.
    order = sorted(range(len(relais)), key=lambda one: (lost[one], waiting[one], one))
    turn = np.empty(len(relais), np.int64)
    turn[order] = np.arange(len(relais))
    return turn
