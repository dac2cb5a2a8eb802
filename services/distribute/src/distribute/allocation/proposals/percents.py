"""Shares said as whole percents, with the one rounding that the sentences of the lines use."""

from fractions import Fraction

from distribute.engine.sentences import percent

# Far beyond what anybody asks, and small enough for a quotient to have one fraction near it.
_MOST = 10_000_000


def percent_of(share: float) -> int:
    """The nearest whole percent, halves up, of the fraction that the quotient was computed from: 0.665 is 67."""
    return percent(Fraction(share).limit_denominator(_MOST))
