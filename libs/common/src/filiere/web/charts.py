"""Charts drawn on the server as SVG: what they show and where each part stands.

    chart = GroupedBars(("Avant", "Après"), [Group("Rural", [Bar(0.5, "50 %"), Bar(0.75, "75 %")])])
    {{ ui.grouped_bars(chart, "rural", title=…) }}

Across, everything is a percentage of the width, so that one drawing fits every screen and its words keep their size;
down, pixels. Colours and dark mode come from the stylesheet.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

# Of the width, what 100 % takes: the rest holds the words beside the longest bar.
FULL = 84.0
SCALE = 26
LABEL = 21
BAR = 14
BETWEEN_BARS = 6
BETWEEN_GROUPS = 16
# Characters of a label that fit on the narrowest phone.
LINE = 40


@dataclass(frozen=True)
class Bar:
    """A share from 0 to 1, and how it is said; None when there is nothing to measure."""

    share: float | None
    text: str


@dataclass(frozen=True)
class Group:
    """One line of the chart: a label, and a bar of each series."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Text:
    x: float
    y: int
    text: str


@dataclass(frozen=True)
class DrawnBar:
    """`series` counts from 1; words stand after the end of the bar."""

    series: int
    y: int
    width: float | None
    words: Text


@dataclass(frozen=True)
class GroupedBars:
    """Bars side by side on one scale from 0 to 100 %: one or two series. `rows` are all groups, `drawn` the first ones.

    What is drawn of many is for the caller to choose; the table behind one click has all of them.
    """

    series: Sequence[str]
    rows: Sequence[Group]
    chosen: Sequence[Group] | None = None

    @property
    def drawn(self) -> Sequence[Group]:
        return self.rows if self.chosen is None else self.chosen

    @cached_property
    def _layout(self) -> tuple[list[Text], list[DrawnBar], int]:
        labels: list[Text] = []
        bars: list[DrawnBar] = []
        y = SCALE
        for group in self.drawn:
            for line in textwrap.wrap(group.label, LINE) or [""]:
                labels.append(Text(0, y + LABEL - 7, line))
                y += LABEL
            for number, bar in enumerate(group.bars, 1):
                width = None if bar.share is None else round(FULL * min(max(bar.share, 0.0), 1.0), 2)
                bars.append(DrawnBar(number, y, width, Text(width or 0, y + BAR - 2, bar.text)))
                y += BAR + BETWEEN_BARS
            y += BETWEEN_GROUPS - BETWEEN_BARS
        return labels, bars, y

    @property
    def labels(self) -> list[Text]:
        return self._layout[0]

    @property
    def bars(self) -> list[DrawnBar]:
        return self._layout[1]

    @property
    def height(self) -> int:
        return self._layout[2]

    @property
    def marks(self) -> list[tuple[float, int]]:
        """Where the lines of the scale stand, and the percents that they say."""
        return [(FULL * percent / 100, percent) for percent in (0, 50, 100)]
