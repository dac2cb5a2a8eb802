"""Reports made here and now by Debian's nwipe, on a loop device: the log, and the PDF where its version writes one."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.reading import read

SIZE = 8 * 2**20
NWIPE = os.environ.get("NWIPE") or shutil.which("nwipe")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[str]:
    """A block device of eight megabytes that nobody misses."""
    if NWIPE is None:
        pytest.skip("nwipe is not installed (apt-get install nwipe)")
    if os.geteuid() != 0 or shutil.which("losetup") is None:
        pytest.skip("a loop device takes root and losetup")
    image = tmp_path / "disk.img"
    image.write_bytes(os.urandom(4096) + bytes(SIZE - 4096))
    made = subprocess.run(["losetup", "-f", "--show", image], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"no loop device here: {made.stderr.strip()}")
    device = made.stdout.strip()
    # What was made read-only stays so, though another file is behind it.
    subprocess.run(["blockdev", "--setrw", device], check=True)
    yield device
    subprocess.run(["blockdev", "--setrw", device], check=True)
    subprocess.run(["losetup", "-d", device], check=False)


def wipe(disk: str, folder: Path, *options: str) -> str:
    """nwipe's log of a run on this disk alone; its screen is left out."""
    log = folder / "nwipe.log"
    assert NWIPE is not None
    command = [
        NWIPE,
        "--autonuke",
        "--nogui",
        "--nowait",
        "--nousb",
        "--method=zero",
        f"--logfile={log}",
        *options,
        disk,
    ]
    subprocess.run(command, timeout=60, cwd=folder, capture_output=True, check=False)
    return log.read_text(errors="replace")


@pytest.mark.timeout(120)
def test_what_nwipe_wrote_is_read_as_it_was(disk: str, tmp_path: Path) -> None:
    text = wipe(disk, tmp_path, "--verify=last", "--noblank")
    report = read(text.encode())
    assert report.tool == "nwipe"
    assert re.search(rf"\b{re.escape(report.tool_version or '-')}\b", text)
    [said] = report.media
    assert (said.result, said.level, said.doubts) == (ErasureResult.SUCCESS, Level.CLEAR, ())
    assert (said.size_bytes, said.serial) == (SIZE, None)  # a loop device has no serial
    assert said.method
    assert said.seconds is not None
    assert said.ended_at is not None
    for paper in tmp_path.glob("nwipe*report*.pdf"):  # from 0.36 on
        certified = read(paper.read_bytes())
        assert certified.tool_version == report.tool_version
        assert [(one.result, one.size_bytes, one.method) for one in certified.media] == [
            (ErasureResult.SUCCESS, SIZE, said.method)
        ]


@pytest.mark.timeout(120)
def test_a_disk_that_cannot_be_written_has_failed(disk: str, tmp_path: Path) -> None:
    subprocess.run(["blockdev", "--setro", disk], check=True)
    report = read(wipe(disk, tmp_path).encode())
    assert [one.result for one in report.media] in ([], [ErasureResult.FAILURE])  # or it did not begin at all
