"""Several files given at once: inventories of machines are read together, as the archive that holds them; a list stands
alone, for its columns are its own.
"""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import BinaryIO, cast

from starlette.datastructures import FormData, UploadFile

from collect.imports.errors import UnreadableFile

OF_MACHINES = (".json", ".xml", ".ocs")
_IN_MEMORY = 1024 * 1024
_ALWAYS = (1980, 1, 1, 0, 0, 0)
"""Of each part: the same files are the same archive whenever they are given."""


class ListsApart(UnreadableFile):
    title = "Une liste ou une archive se dépose seule ; des inventaires (JSON, XML, OCS), plusieurs à la fois."

    def __init__(self) -> None:
        super().__init__(self.title)


def files_in(submitted: FormData, name: str = "file") -> list[UploadFile]:
    """The files of a form; a field that was left empty sends one without a name."""
    return [one for one in submitted.getlist(name) if isinstance(one, UploadFile) and one.filename]


@asynccontextmanager
async def as_one(files: Sequence[UploadFile]) -> AsyncIterator[tuple[BinaryIO, str]]:
    """The one file as it is, or several as an archive: (content, name). Raises ListsApart."""
    if len(files) == 1:
        yield files[0].file, str(files[0].filename)
        return
    names = [str(one.filename) for one in files]
    if any(PurePath(name).suffix.lower() not in OF_MACHINES for name in names):
        raise ListsApart
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as archive:
        await asyncio.to_thread(_pack, cast(BinaryIO, archive), sorted(zip(names, files, strict=True), key=_by_name))
        yield cast(BinaryIO, archive), f"{len(files)} fichiers.zip"


def _by_name(one: tuple[str, UploadFile]) -> str:
    return one[0]


def _pack(archive: BinaryIO, files: Sequence[tuple[str, UploadFile]]) -> None:
    """Two of one name are two parts."""
    taken: set[str] = set()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, (name, file) in enumerate(files, start=1):
            own = PurePath(name.replace("\\", "/")).name or "fichier"
            part = own if own not in taken else f"{number}-{own}"
            taken.add(part)
            file.file.seek(0)
            packed.writestr(zipfile.ZipInfo(part, _ALWAYS), file.file.read())
    archive.seek(0)
