"""The instructions on paper: a page for each device, in its language, drawn in a process of its own.

    python -m distribute.instructions.paper < instructions

reads `sheets` and answers with one message, `size`, and the PDF: PDF/UA-1, tagged, right-to-left where that is read.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filiere.documents.drawing import FONTS, drawn
from filiere.documents.letters import all_drawable
from filiere.documents.qr import modules
from filiere.jobs.process import bound, say

from distribute.instructions.instructions import Instructions
from distribute.instructions.languages import drawings, language

MOST = 500
"""Devices of one PDF: a parcel has some dozens."""
_TEMPLATE = Path(__file__).with_suffix(".typ")
_HEADINGS = ("title", "can", "facts", "steps", "guarantee", "ask", "ask.go", "ask.label", "open")


async def instructions_pdf(sheets: Sequence[tuple[Instructions, str]]) -> bytes:
    """A page for each, with the QR code of its address; at most MOST. Raises ProcessFailed."""
    assert 0 < len(sheets) <= MOST
    return await drawn("distribute.instructions.paper", {"sheets": [_data(one, address) for one, address in sheets]})


def _data(one: Instructions, address: str) -> dict[str, Any]:
    said = language(one.language)
    return {
        **asdict(one),
        "direction": said.direction,
        "words": {name: said.say(name) for name in _HEADINGS},
        "address": address,
        "drawn": drawings().devices[one.category],
        "strokes": [drawings().steps[step.drawing] for step in one.steps],
    }


def typeset(sheets: list[dict[str, Any]]) -> bytes:
    """The same, here and now."""
    import typst  # 100 MB: loaded by the process only

    codes = bytearray()
    for sheet in sheets:
        rows = modules(sheet["address"])
        sheet |= {"at": len(codes), "side": len(rows)}
        codes += bytes(0 if is_dark else 255 for row in rows for is_dark in row)
    text = json.dumps(all_drawable({"sheets": sheets}), ensure_ascii=False)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "instructions.json").write_text(text, encoding="utf-8")
        (root / "codes.bin").write_bytes(codes)
        (root / "paper.typ").write_bytes(_TEMPLATE.read_bytes())
        made = typst.compile(
            root / "paper.typ", root=root, font_paths=[FONTS], ignore_system_fonts=True, pdf_standards=["ua-1"]
        )
        return bytes(made)


def main() -> None:
    """The process's side."""
    bound(cpu_s=120, memory_bytes=2**30)
    pdf = typeset(json.load(sys.stdin.buffer)["sheets"])
    say(pdf, size=len(pdf))


if __name__ == "__main__":
    main()
