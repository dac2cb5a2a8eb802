"""A store of files, whatever is behind it: the same bytes, once, or a word that they are missing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from filiere.files import FileMissing, Files, files_at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore

HASH = "ab" + "0c" * 31


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


@pytest.fixture(params=["folder", "elsewhere"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return files_at(str(tmp_path)) if request.param == "folder" else Files(MemoryStore())


@given(content=st.binary(max_size=50) | st.integers(1, 12).map(lambda mega: bytes(range(256)) * 4096 * mega))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_is_put_comes_back_and_once_is_enough(files: Files, content: bytes) -> None:
    for _ in range(2):
        await files.put(HASH, lambda: pieces(content))
    assert b"".join([piece async for piece in await files.read(HASH)]) == content
    for _ in range(2):
        await files.delete(HASH)
    with pytest.raises(FileMissing):
        await files.read(HASH)


async def test_a_file_that_breaks_off_is_not_there_at_all(files: Files) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield bytes(7_000_000)
        raise ConnectionResetError

    with pytest.raises(Exception):  # noqa: B017 - whatever the store makes of it
        await files.put(HASH, broken)
    with pytest.raises(FileMissing):
        await files.read(HASH)
