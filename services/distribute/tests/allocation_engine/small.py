"""Small problems for the engine's tests, drawn by whoever draws whole numbers: `random` or hypothesis."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from distribute.engine import (
    Acceptance,
    Allocation,
    Device,
    Lately,
    Line,
    Place,
    Problem,
    Relais,
    StockClass,
    policy_on,
)
from filiere.geography import LocalityClass
from hypothesis import strategies as st

TODAY = date(2026, 11, 23)
POLICY = policy_on(TODAY)
Draw = Callable[[int, int], int]
Certificate = dict[str, Any]
"""Plain JSON, which tests alter."""
Proved = tuple[Problem, Allocation, Certificate]


def small_problem(draw: Draw, *, rules: bool = True, relais: int = 5, classes: int = 5, most: int = 7) -> Problem:
    """A few Relais and classes. With `rules`: urgency, campaigns, caps, agreements and public origin as well."""

    def maybe(one_in: int) -> bool:
        return rules and draw(1, one_in) == one_in

    stock = []
    for c in range(draw(1, classes)):
        stock.append(
            StockClass(
                f"c{c}",
                ("laptop", "tablet")[draw(0, 1)],
                "B",
                "A",
                "good",
                f"region {draw(0, 1)}",
                Place(45_000_000 + 1_000_000 * draw(0, 2), 3_000_000),
                "winter" if maybe(6) else None,
                maybe(4),
                tuple(Device(f"d{c}.{n}", TODAY - timedelta(days=draw(0, 60))) for n in range(draw(0, most))),
            )
        )
    names = [one.id for one in stock]
    acceptances = []
    # Narrow acceptances make several bottlenecks; wide ones make one.
    narrow = draw(1, 4)
    for a in range(6):
        asked = tuple(name for name in names if draw(0, narrow) == 0) or (names[a % len(names)],)
        other = tuple(name for name in names if name not in asked and draw(0, narrow) == 0)
        acceptances.append(Acceptance(f"a{a}", (asked, other) if other else (asked,), 2 if other and maybe(5) else 1))
    structures, lines = [], []
    for r in range(draw(1, relais)):
        asked_before = draw(0, 6)
        structures.append(
            Relais(
                f"r{r}",
                list(LocalityClass)[draw(0, 3)],
                frozenset({"seniors"} if draw(0, 1) else ()),
                draw(0, 600),
                asked_before,
                draw(0, asked_before),
                draw(0, 4) if maybe(5) else None,
                Place(45_000_000, 3_000_000 + 500_000 * draw(0, 3)),
                not maybe(8),
                not maybe(4),
            )
        )
        for n in range(draw(1, 3)):
            placed = TODAY - timedelta(days=draw(0, 40))
            lines.append(
                Line(
                    f"l{r}.{n}",
                    f"r{r}",
                    f"a{draw(0, 5)}",
                    draw(1, most),
                    placed,
                    placed + timedelta(days=draw(1, 30)) if draw(0, 1) else None,
                    maybe(4),
                    "winter" if maybe(5) else None,
                )
            )
    lately = []
    for category in ("laptop", "tablet", "desktop"):
        if maybe(2):
            of_everybody = draw(0, 9)
            given = of_everybody + draw(0, 2)
            taken = (("spring", draw(0, of_everybody // 2)), ("winter", draw(0, of_everybody // 2)))
            lately.append(Lately(category, given, of_everybody, draw(0, given), taken))
    return Problem(TODAY, tuple(stock), tuple(acceptances), tuple(lines), tuple(structures), tuple(lately))


@st.composite
def problems(draw: st.DrawFn, *, rules: bool = True) -> Problem:
    return small_problem(lambda low, high: draw(st.integers(low, high)), rules=rules)
