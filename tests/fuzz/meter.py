"""What one input costs a process: its CPU time, and its memory at the highest."""

import os
from dataclasses import dataclass
from pathlib import Path

MOST_CPU_S = 2.0
MOST_GROWTH_MB = 200.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """`cpu_s` in seconds of all threads; `growth_mb`: highest resident size above the one before."""

    cpu_s: float
    growth_mb: float

    @property
    def excess(self) -> str:
        """What is over the bound; empty when nothing is."""
        said = []
        if self.cpu_s > MOST_CPU_S:
            said.append(f"{self.cpu_s:.1f} s of CPU")
        if self.growth_mb > MOST_GROWTH_MB:
            said.append(f"{self.growth_mb:.0f} MB more")
        return ", ".join(said)


class Meter:
    """Reads /proc of one process, which must answer one request at a time: call `begin`, ask, call `end`."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")
        self._cpu = 0.0
        self._resident = 0.0

    def begin(self) -> None:
        # 5 resets the high-water mark of the resident size (proc_pid_clear_refs(5)).
        (self._folder / "clear_refs").write_text("5")
        self._cpu = self._cpu_now()
        self._resident = self._highest()

    def end(self) -> Cost:
        return Cost(self._cpu_now() - self._cpu, self._highest() - self._resident)

    def _cpu_now(self) -> float:
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def _highest(self) -> float:
        for line in (self._folder / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return 0.0
