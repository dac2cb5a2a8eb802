"""A document on paper: what it says, as blocks, and its PDF in one look, drawn in a process of its own.

    python -m filiere.documents.paper < paper

reads a Paper as JSON and answers with one message, `size`, and the PDF: PDF/UA-1, tagged, in French, with a text layer.
The same paper gives the same bytes: its date is the one that it says, no clock is asked.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from filiere.documents.drawing import FONTS, drawn
from filiere.documents.letters import all_drawable
from filiere.documents.qr import modules
from filiere.jobs.process import bound, say

CPU_S = 300
MEMORY_BYTES = 3 * 2**30
BeadState = Literal["done", "now", "todo"]
_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "paper.typ"
TO_TICK = "☐"
"""A box to tick by hand, drawn by the template wherever it stands in a text."""


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels, each with what it is of this thing."""

    rows: Sequence[tuple[str, str]]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, slots=True)
class Thread:
    """The thread: (count, label, state) of each bead."""

    beads: Sequence[tuple[str, str, BeadState]]
    kind: Literal["thread"] = "thread"


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers that count: (number, unit, a sentence or nothing), at most four."""

    items: Sequence[tuple[str, str, str]]
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under a header that each page repeats. `widths`: shares of the page, or "auto"; `numbers`: set right."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float | str] = ()
    numbers: Sequence[bool] = ()
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Bars:
    """(label, value, how it is said): bars on one scale, each with its number beside it."""

    rows: Sequence[tuple[str, float, str]]
    kind: Literal["bars"] = "bars"


@dataclass(frozen=True, slots=True)
class Signatures:
    """Empty fields to sign in, each with what it is for."""

    places: Sequence[str]
    kind: Literal["signatures"] = "signatures"


Block = Heading | Text | Facts | Thread | Figures | Table | Bars | Signatures


@dataclass(frozen=True, slots=True)
class Content:
    """What a document says, before it has a number."""

    title: str
    lead: str
    blocks: Sequence[Block]
    method: Sequence[str] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Stamp:
    """What makes it findable: number, day in words, code and the address that confirms it."""

    number: str
    on: date
    day: str
    code: str
    verify: str = field(metadata={"is": "the address, with the code"})
    opens: str = ""
    """What its QR code opens, in words, where there is nothing to verify."""


async def paper_pdf(content: Content, stamp: Stamp) -> bytes:
    """The document. Raises ProcessFailed."""
    return await drawn("filiere.documents.paper", as_data(content, stamp))


def as_data(content: Content, stamp: Stamp) -> dict[str, Any]:
    """What the template reads."""
    blocks = [_complete(block) for block in content.blocks]
    return {
        "title": content.title,
        "lead": content.lead,
        "wide": content.wide,
        "blocks": blocks,
        "method": list(content.method),
        "number": stamp.number,
        "at": [stamp.on.year, stamp.on.month, stamp.on.day],
        "day": stamp.day,
        "code": stamp.code,
        "verify": stamp.verify,
        "opens": stamp.opens,
        "verify_short": stamp.verify.removeprefix("https://").removeprefix("http://").rsplit("/", 1)[0],
    }


def _complete(block: Block) -> dict[str, Any]:
    data = asdict(block)
    if isinstance(block, Table):
        count = len(block.header)
        data["widths"] = list(block.widths) or [1] * count
        data["numbers"] = list(block.numbers) or [False] * count
    return data


def typeset(data: dict[str, Any]) -> bytes:
    """The same, here and now."""
    import typst  # 100 MB: loaded by the process only

    rows = modules(data["verify"])
    text = json.dumps(all_drawable({**data, "side": len(rows)}, TO_TICK), ensure_ascii=False)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "paper.json").write_text(text, encoding="utf-8")
        (root / "code.bin").write_bytes(bytes(0 if is_dark else 255 for row in rows for is_dark in row))
        (root / "paper.typ").write_bytes(_TEMPLATE.read_bytes())
        template = root / "paper.typ"
        made = typst.compile(
            template,
            root=root,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
        )
        return bytes(made)


def main() -> None:
    """The process's side."""
    bound(cpu_s=CPU_S, memory_bytes=MEMORY_BYTES)
    pdf = typeset(json.load(sys.stdin.buffer))
    say(pdf, size=len(pdf))


if __name__ == "__main__":
    main()
