"""Settle one part of the network as if its stock were one heap: the relaxed problem of each step of `fair_shares`.

Two ways. `WaterFilling`: everybody rises to the same weighted share (exact fractions). `LargestRemainder`: everybody
keeps the whole devices of that share, and what is left goes one each to those who come first in the published order.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Protocol

import numpy as np

from distribute.engine.flow import Integers


@dataclass(frozen=True, slots=True)
class Settled:
    """Amounts of some players, in `1 / scale` of a device, and the level they share (None: nothing limits them)."""

    scale: int
    amounts: Integers
    level: Fraction | None


class Relaxation(Protocol):
    """How to share `target` devices among players that could all use all of them."""

    def settle(self, players: Integers, target: int) -> Settled: ...


@dataclass(frozen=True, slots=True)
class WaterFilling:
    """Player i gets `clamp(level · slope[i] − before[i], 0, most[i])`: its share counts what it had before.

    `slope` is weight × devices asked, so `level` is the weighted share served. All three are whole numbers.
    """

    slope: Integers
    before: Integers
    most: Integers

    def settle(self, players: Integers, target: int) -> Settled:
        """The lowest level at which the amounts sum to `target`; 0 ≤ target ≤ the sum of `most`."""
        slope, before, most = self.slope[players], self.before[players], self.most[players]
        level = _guess(slope, before, most, target)
        if level is None or not _fills(slope, before, most, level, target):
            level = _search(slope, before, most, target)
        amounts = _amounts(slope, before, most, level)
        full = amounts == level.denominator * most
        if (full | (amounts == 0)).all() and amounts.any():
            # Nobody is under way: a range of levels gives the same amounts, and the lowest is the one.
            ends = zip(before[full].tolist(), most[full].tolist(), slope[full].tolist(), strict=True)
            level = max(Fraction(had + takes, rate) for had, takes, rate in ends if takes)
            amounts = _amounts(slope, before, most, level)
        return Settled(level.denominator, amounts, level)


@dataclass(frozen=True, slots=True)
class LargestRemainder:
    """Player i gets `whole[i]`, and one more if it has a `remainder` and is early in the order of `turn` (unique)."""

    whole: Integers
    remainder: Integers
    turn: Integers

    def settle(self, players: Integers, target: int) -> Settled:
        amounts = self.whole[players].copy()
        candidates = np.flatnonzero(self.remainder[players])
        left = target - int(amounts.sum())
        first = candidates[np.argsort(self.turn[players][candidates], kind="stable")][:left]
        amounts[first] += 1
        return Settled(1, amounts, None)


def _amounts(slope: Integers, before: Integers, most: Integers, level: Fraction) -> Integers:
    """Exact amounts in `1 / level.denominator` of a device."""
    scale = level.denominator
    amounts: Integers = np.clip(level.numerator * slope - scale * before, 0, scale * most)
    return amounts


def _fills(slope: Integers, before: Integers, most: Integers, level: Fraction, target: int) -> bool:
    return int(_amounts(slope, before, most, level).sum()) == target * level.denominator


def _guess(slope: Integers, before: Integers, most: Integers, target: int) -> Fraction | None:
    """The level, its segment found in floating point: right but for ties at the last digit. None when in doubt."""
    start, end = before / slope, (before + most) / slope
    turns = np.concatenate([start, end])
    change = np.concatenate([slope, -slope]).astype(np.float64)
    order = np.argsort(turns, kind="stable")
    turns, rates = turns[order], np.cumsum(change[order])
    filled = np.concatenate([[0.0], np.cumsum(np.diff(turns) * rates[:-1])])
    at = min(max(int(np.searchsorted(filled, target, side="left")), 1), len(turns) - 1)
    inside = (turns[at - 1] + turns[at]) / 2
    rising, full = (start < inside) & (inside < end), end <= inside
    rate = int(slope[rising].sum())
    if target == 0 or rate == 0:
        return None
    level = target - int(most[full].sum()) + int(before[rising].sum())
    common = gcd(level, rate)
    return Fraction(level // common, rate // common)


def _search(slope: Integers, before: Integers, most: Integers, target: int) -> Fraction:
    """The level by bisection over the exact turning points: slower, and never in doubt."""
    rows = [(int(k), int(s), int(d)) for k, s, d in zip(slope, before, most, strict=True)]
    turns = sorted({Fraction(s, k) for k, s, _ in rows} | {Fraction(s + d, k) for k, s, d in rows})

    def filled(level: Fraction) -> Fraction:
        return sum((min(max(level * k - s, Fraction(0)), Fraction(d)) for k, s, d in rows), Fraction(0))

    low, high = 0, len(turns) - 1
    while low < high:
        middle = (low + high) // 2
        if filled(turns[middle]) >= target:
            high = middle
        else:
            low = middle + 1
    missing = filled(turns[high]) - target
    if missing == 0:
        return turns[high]
    # Between this turning point and the one before it the amounts grow at a constant rate.
    inside = (turns[high - 1] + turns[high]) / 2
    rate = sum(k for k, s, d in rows if Fraction(s, k) < inside < Fraction(s + d, k))
    return turns[high] - missing / rate
