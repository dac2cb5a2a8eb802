"""A slice of the workshops' log as turns: in each, a device is said to be ready or taken out, once. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from distribute.stock.incoming import ReadyDevice, RecalledDevice, WithdrawnDevice


@dataclass
class Turn:
    """What is said of many devices; of each at most one thing."""

    ready: dict[UUID, ReadyDevice] = field(default_factory=dict)
    withdrawn: dict[UUID, WithdrawnDevice | RecalledDevice] = field(default_factory=dict)


def turns_of(events: Iterable[ReadyDevice | WithdrawnDevice | RecalledDevice]) -> list[Turn]:
    """Turns that, taken one after the other, do what the events do one by one; of most slices it is one turn.

    The order of the log decides, and no clock. Of several `ready` in a row the last is the device's state; of several
    withdrawals in a row the first has ended its promise.
    """
    turns: list[Turn] = []
    last: dict[UUID, int] = {}
    for event in events:
        device, turn = event.device_id, last.get(event.device_id, -1)
        is_ready = isinstance(event, ReadyDevice)
        if turn < 0 or is_ready != (device in turns[turn].ready):
            turn = last[device] = turn + 1
        if turn == len(turns):
            turns.append(Turn())
        if isinstance(event, ReadyDevice):
            turns[turn].ready[device] = event
        else:
            turns[turn].withdrawn.setdefault(device, event)
    return turns
