"""Whether a PDF opens and has a page; a process of its own, for pypdf goes wherever the file leads it.

    python -m filiere.files.pdfs.reading < paper

says `found`: "page", "locked" or "nothing".
"""

import io
import logging
import sys

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import DictionaryObject

from filiere.jobs.process import bound, say

MOST_CPU_S = 5
MOST_MEMORY = 280 * 2**20
# Before the first page: a tree of pages has a few levels.
MOST_BRANCHES = 1_000


def look(raw: bytes) -> str:
    """What is found of these bytes."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would quote what it cannot read
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            return "locked"
        return "page" if _has_a_page(reader) else "nothing"
    except (
        PyPdfError, DependencyError, ValueError, LookupError, TypeError, AttributeError, OSError, ArithmeticError,
        AssertionError, RuntimeError, MemoryError,
    ):  # fmt: skip
        # pypdf meets what is broken where it stands: a key that is missing, a number that is a name, endless nesting.
        return "nothing"


def _has_a_page(reader: PdfReader) -> bool:
    left = [reader.root_object["/Pages"]]
    for _ in range(MOST_BRANCHES):
        if not left:
            return False
        node = left.pop().get_object()
        if not isinstance(node, DictionaryObject):
            continue
        if "/Kids" in node:
            left.extend(reversed(node["/Kids"][:MOST_BRANCHES]))  # type: ignore[index]
        elif node.get("/Type", "/Page") == "/Page":
            return True
    return False


def main() -> None:
    """The process's side."""
    bound(cpu_s=MOST_CPU_S, memory_bytes=MOST_MEMORY)
    say(found=look(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
