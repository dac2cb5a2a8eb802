"""Progress goes to stderr; stdout is for the figures."""

import sys


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
