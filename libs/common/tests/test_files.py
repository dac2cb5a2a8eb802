"""A store of files, whatever is behind it: the same bytes, once, or a word that they are missing."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from filiere.embedded.ports import free_port
from filiere.files import FileMissing, Files, files_at
from filiere.testing.properties import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from obstore.store import MemoryStore

HASH = "ab" + "0c" * 31


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bucket behind a real S3: Versity's gateway, where it is installed
    (`go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`)."""
    gateway = shutil.which("versitygw")
    if gateway is None:
        pytest.skip("no versitygw here")
    root = tmp_path_factory.mktemp("s3")
    (root / "filiere").mkdir()
    port = free_port()
    with pytest.MonkeyPatch.context() as environment:
        for name, text in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "filiere",
            "AWS_SECRET_ACCESS_KEY": "only-for-this-test",
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
            "ROOT_ACCESS_KEY": "filiere",
            "ROOT_SECRET_KEY": "only-for-this-test",
        }.items():
            environment.setenv(name, text)
        process = subprocess.Popen(
            [gateway, "--port", f"127.0.0.1:{port}", "posix", str(root)], stdout=subprocess.DEVNULL
        )
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield "s3://filiere/files"
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(params=["folder", "memory", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "memory":
        return Files(MemoryStore())
    return files_at(str(tmp_path) if request.param == "folder" else request.getfixturevalue("bucket"))


@given(content=st.binary(max_size=50) | st.integers(1, 12).map(lambda mega: bytes(range(256)) * 4096 * mega))
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])
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
