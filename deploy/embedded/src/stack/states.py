"""The state of each part, kept in one place: for the terminal, for the home page, for tests."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILING = "failing"  # it dies again and again; it is still retried, slowly
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class PartStatus:
    """What is known of one part. `address` is a base URL or a host:port; `since` is Unix time of the last change."""

    name: str
    title: str
    state: State = State.WAITING
    address: str = ""
    pid: int | None = None
    restarts: int = 0
    detail: str = ""
    since: float = 0.0


class Board:
    """All parts' states. Writing is by the supervisor alone; readers get a JSON file that is always whole."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._parts: dict[str, PartStatus] = {}
        self._listeners: list[Callable[[PartStatus], None]] = []

    def listen(self, listener: Callable[[PartStatus], None]) -> None:
        """`listener` is called after each change, from the supervisor's event loop; it must not block."""
        self._listeners.append(listener)

    def add(self, name: str, title: str, address: str = "") -> None:
        """Make a part known; the first word about its place in the order stays."""
        self._parts[name] = PartStatus(name, title, address=address, since=time.time())

    def change(
        self,
        name: str,
        state: State,
        *,
        pid: int | None = None,
        detail: str = "",
        address: str | None = None,
        restarted: bool = False,
    ) -> None:
        before = self._parts[name]
        self._parts[name] = after = replace(
            before,
            state=state,
            pid=pid,
            detail=detail,
            address=before.address if address is None else address,
            restarts=before.restarts + restarted,
            since=time.time(),
        )
        self._write()
        for listener in tuple(self._listeners):
            listener(after)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return once `condition` holds; it is looked at again after each change of any part."""
        changed = asyncio.Event()
        self._listeners.append(wake := lambda _: changed.set())
        try:
            while not condition():
                changed.clear()
                await changed.wait()
        finally:
            self._listeners.remove(wake)

    def __getitem__(self, name: str) -> PartStatus:
        return self._parts[name]

    def parts(self) -> list[PartStatus]:
        """In the order they were added."""
        return list(self._parts.values())

    def _write(self) -> None:
        if self._file is None:
            return
        unfinished = self._file.with_suffix(".new")
        unfinished.write_text(json.dumps([asdict(part) for part in self.parts()], ensure_ascii=False, indent=1))
        unfinished.rename(self._file)
