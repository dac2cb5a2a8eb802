"""A slice of the workshops' log as turns: in each, a device is said to be ready or taken out, once. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from distribute.stock.incoming import AskedBackDevice, ReadyDevice, RecalledDevice, WithdrawnDevice

StockEvent = ReadyDevice | WithdrawnDevice | RecalledDevice | AskedBackDevice


@dataclass
class Turn:
    """What is said of many devices; of each at most one thing. Every one that is asked back has a turn of its own."""

    ready: dict[UUID, ReadyDevice] = field(default_factory=dict)
    withdrawn: dict[UUID, WithdrawnDevice | RecalledDevice] = field(default_factory=dict)
    asked: dict[UUID, AskedBackDevice] = field(default_factory=dict)

    def has_the_same(self, event: StockEvent) -> bool:
        """Whether it says the same kind of thing of this device already, that a second one may stand for."""
        return event.device_id in (self.ready if isinstance(event, ReadyDevice) else self.withdrawn)


def turns_of(events: Iterable[StockEvent]) -> list[Turn]:
    """Turns that, taken one after the other, do what the events do one by one; of most slices it is one turn.

    The order of the log decides, and no clock. Of several `ready` in a row the last is the device's state; of several
    withdrawals in a row the first has ended its promise.
    """
    turns: list[Turn] = []
    last: dict[UUID, int] = {}
    for event in events:
        device, turn = event.device_id, last.get(event.device_id, -1)
        if turn < 0 or isinstance(event, AskedBackDevice) or not turns[turn].has_the_same(event):
            turn = last[device] = turn + 1
        if turn == len(turns):
            turns.append(Turn())
        if isinstance(event, ReadyDevice):
            turns[turn].ready[device] = event
        elif isinstance(event, AskedBackDevice):
            turns[turn].asked[device] = event
        else:
            turns[turn].withdrawn.setdefault(device, event)
    return turns
