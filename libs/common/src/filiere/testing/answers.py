"""What tests read in an answer."""

import re
from typing import Any

Json = Any
"""The body of an answer as it came: what it must be, each test says itself."""


def found(pattern: str, text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Match[str]:
    """The first match in a text; a failure that shows both when there is none."""
    match = re.search(pattern, text, flags)
    assert match is not None, f"{pattern!r} is not in: {text}"
    return match
