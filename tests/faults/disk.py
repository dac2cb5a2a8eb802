"""A small disk of its own for a broker: a tmpfs with a quota, where the machine allows it."""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

_FILLER = "filler"


class SmallDisk:
    """`with SmallDisk(megabytes) as disk:` – `disk.folder` is on it; `fill()` leaves no byte, `free()` ends that."""

    def __init__(self, megabytes: int) -> None:
        self._megabytes = megabytes
        self.folder = Path(tempfile.mkdtemp(prefix="filiere-small-disk-"))

    @staticmethod
    def why_not() -> str | None:
        """One sentence that says why there can be none here; None when there can."""
        if os.geteuid() != 0:
            return "Only root may mount a small disk."
        try:
            with SmallDisk(1):
                return None
        except (OSError, subprocess.CalledProcessError) as error:
            return f"No tmpfs can be mounted here: {error}"

    def __enter__(self) -> "SmallDisk":
        options = f"size={self._megabytes}m,mode=0755"
        mount = ["mount", "-t", "tmpfs", "-o", options, "filiere-small-disk", str(self.folder)]
        subprocess.run(mount, check=True, capture_output=True)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=False, capture_output=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()

    def fill(self) -> None:
        with (self.folder / _FILLER).open("ab", buffering=0) as filler, contextlib.suppress(OSError):
            while True:
                filler.write(bytes(65_536))

    def free(self) -> None:
        (self.folder / _FILLER).unlink(missing_ok=True)
