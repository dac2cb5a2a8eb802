"""One supervisor per data folder."""

import fcntl
import os
from io import TextIOWrapper
from pathlib import Path

from stack.errors import DataFolderInUse, DataFolderUnusable


class FolderLock:
    """An advisory lock the kernel drops when we die, however we die: no stale lock can ever stop a start."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: TextIOWrapper | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def acquire(self) -> None:
        """Raises DataFolderInUse or DataFolderUnusable."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / "supervisor.lock").open("a+")
        except OSError as error:
            raise DataFolderUnusable(self.folder, error.strerror or error) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip() or "?"
            file.close()
            raise DataFolderInUse(self.folder, pid) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
