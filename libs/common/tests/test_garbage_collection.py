"""Memory that a process gives back while it goes on."""

import subprocess
import sys

GIVES_BACK = """
import ssl
from pathlib import Path
import numpy
from filiere.garbage_collection import give_back_what_was_read

def of_files():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    held = {line.split()[0]: int(line.split()[1]) for line in lines if line.endswith("kB")}
    return held["Rss:"] - held["Anonymous:"]

before = of_files()
give_back_what_was_read()
print(before, of_files())
assert numpy.linalg.inv(numpy.eye(3)).sum() == 3
ssl.create_default_context()
"""


def test_pages_of_libraries_are_given_back_and_found_again_when_they_are_run() -> None:
    ended = subprocess.run([sys.executable, "-c", GIVES_BACK], capture_output=True, text=True, check=True)
    before, after = map(int, ended.stdout.split())
    assert after < before / 3
