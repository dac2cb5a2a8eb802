"""Memory of processes while something happens: before, at its most, after; what they start counts apart."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.performance.processes import descendants

_PAGE_MB = 4096 / 2**20
_EVERY_S = 0.02


@dataclass
class Memory:
    """Resident MB of one process; `helper` is the most that a process which it started held."""

    before: float
    most: float
    after: float
    helper: float

    @property
    def growth(self) -> float:
        return self.most - self.before

    def __str__(self) -> str:
        helper = f", {self.helper:.0f} in a process of its own" if self.helper else ""
        return f"{self.before:.0f} MB before, {self.most:.0f} at most, {self.after:.0f} after{helper}"


@asynccontextmanager
async def watched(pids: Mapping[str, int]) -> AsyncIterator[dict[str, Memory]]:
    """Looks fifty times a second until the block ends."""
    found = {name: Memory(now := rss_mb(pid), now, now, 0.0) for name, pid in pids.items()}

    async def look() -> None:
        while True:
            for name, pid in pids.items():
                seen = found[name]
                seen.after = rss_mb(pid)
                seen.most = max(seen.most, seen.after)
                for child, _ in descendants(pid)[1:]:
                    seen.helper = max(seen.helper, rss_mb(child))
            await asyncio.sleep(_EVERY_S)

    looking = asyncio.create_task(look())
    try:
        yield found
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


def rss_mb(pid: int) -> float:
    """0 when it has ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    return 0.0
