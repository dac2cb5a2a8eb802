"""What the person at the terminal sees: one line per part, redrawn in place; plain lines when it is no screen."""

import sys
import time
from typing import TextIO

from stack.states import Board, PartStatus, State

_MARKS = {
    State.WAITING: ("◌", "attend"),
    State.STARTING: ("◐", "démarre"),
    State.READY: ("●", "prêt"),
    State.RESTARTING: ("◐", "redémarre"),
    State.FAILING: ("✕", "en panne"),
    State.STOPPED: ("○", "arrêté"),
}
_COLOURS = {State.READY: "32", State.RESTARTING: "33", State.FAILING: "31", State.STARTING: "33"}


class Terminal:
    """Progress and news. On a screen the parts' table is redrawn until `settle()`, then news come as plain lines."""

    def __init__(self, board: Board, stream: TextIO | None = None) -> None:
        self._board = board
        self._stream = stream or sys.stdout
        self._screen = self._stream.isatty()
        self._began = time.monotonic()
        self._drawn = 0
        self._settled = False
        self._stopping = False
        self._stage = ""
        self._last: dict[str, State] = {}
        board.listen(self._changed)

    def say(self, line: str = "") -> None:
        self._stream.write(line + "\n")
        self._stream.flush()

    def stage(self, stage: str, done: int, total: int, text: str) -> None:
        """Progress of a scenario: on a screen one line per stage, rewritten in place; else a line when a stage ends."""
        count = f"{done} / {total}" if total else (str(done) if done else "")
        line = f"  {'●' if done >= total else '◐'} {stage:<28} {count:>11}  {text}".rstrip()
        if self._screen:
            up = "\x1b[1A\x1b[2K" if self._stage == stage else ""
            self.say(up + line)
        elif done >= total:
            self.say(line)
        self._stage = stage

    def settle(self) -> None:
        """Everything is up: leave the table where it is, tell news below it."""
        self._settled = True
        self._drawn = 0

    def stopping(self) -> None:
        """From here on, ends are expected."""
        self.settle()
        self._stopping = True

    def _changed(self, part: PartStatus) -> None:
        if self._last.get(part.name) is part.state:
            return
        self._last[part.name] = part.state
        if self._screen and not self._settled:
            self._redraw()
        elif not self._stopping and part.state is not State.WAITING:
            self.say(self._line(part, time.monotonic() - self._began))

    def _redraw(self) -> None:
        lines = [
            self._line(part, part.since - time.time() + time.monotonic() - self._began) for part in self._board.parts()
        ]
        up = f"\x1b[{self._drawn}A" if self._drawn else ""
        self._stream.write(up + "".join(f"\x1b[2K{line}\n" for line in lines))
        self._stream.flush()
        self._drawn = len(lines)

    def _line(self, part: PartStatus, seconds: float) -> str:
        mark, word = _MARKS[part.state]
        if self._screen and part.state in _COLOURS:
            mark = f"\x1b[{_COLOURS[part.state]}m{mark}\x1b[0m"
        at = f"{max(seconds, 0.0):5.1f} s".replace(".", ",")
        where = f" · {part.address}" if part.address and part.state is State.READY else ""
        why = f" · {part.detail}" if part.detail else ""
        return f"  {mark} {at}  {part.title:<34} {word}{where}{why}"
