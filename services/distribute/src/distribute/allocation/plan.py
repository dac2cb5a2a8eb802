"""What is decided, as a few texts that the database reads at once.

Whether a proposal still holds is asked at each look at it: its twenty thousand lines and fifty thousand devices are
written down once, not told one by one each time.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from filiere.loop_turns import in_turns

from distribute.allocation.proposals.decisions import Decision
from distribute.reservations.repository import Promised

Kind = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Columns, each an array of PostgreSQL as text: of the lines, then of the devices decided for them."""

    line_ids: str
    wanted: str
    planned: str
    # Of each device: the place of its line among the lines (from 1), its own among those of the line, what it is.
    lines: str
    ranks: str
    kinds: str
    device_ids: str
    # What devices are: category, grade and campaign, as they were when they were chosen.
    known: Sequence[Kind]
    # What was found the last time that it was asked whether all of it still holds, by the word for how things stood.
    _found: dict[str, tuple[int, int]] = field(default_factory=dict, compare=False)

    def found_when(self, campaigns: Sequence[str], world: str) -> tuple[int, int] | None:
        """What was found when things stood so; None when that was never asked, or something changed since."""
        return self._found.get(_stand(campaigns, world))

    def keep(self, campaigns: Sequence[str], world: str, found: tuple[int, int]) -> None:
        """Instead of what was found before."""
        self._found.clear()
        self._found[_stand(campaigns, world)] = found

    @classmethod
    async def of(cls, decisions: Sequence[Decision]) -> "Plan":
        """In turns: it is made beside other answers."""
        lines: list[int] = []
        ranks: list[int] = []
        kinds: list[int] = []
        devices: list[str] = []
        known: dict[Kind, int] = {}
        place = 0
        async for decision in in_turns(decisions):
            place += 1
            for rank, device in enumerate(decision.devices, 1):
                lines.append(place)
                ranks.append(rank)
                kinds.append(known.setdefault(_kind(device), len(known) + 1))
                devices.append(str(device.device_id))

        def made() -> "Plan":
            return cls(
                array(str(one.line_id) for one in decisions),
                array(str(one.wanted) for one in decisions),
                array(str(len(one.devices)) for one in decisions),
                array(map(str, lines)),
                array(map(str, ranks)),
                array(map(str, kinds)),
                array(devices),
                tuple(known),
            )

        return await asyncio.to_thread(made)  # of a large proposal more words than a turn has time for


def _stand(campaigns: Sequence[str], world: str) -> str:
    return "\n".join((world, *campaigns))


def array(words: Iterable[str]) -> str:
    """An array of PostgreSQL as text, of words without quotes or commas."""
    return "{" + ",".join(words) + "}"


def _kind(device: Promised) -> Kind:
    return device.category, device.grade, device.campaign
