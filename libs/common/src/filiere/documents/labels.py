"""Sheets of labels as PDF, in a process of its own: some hundred labels take a second and 100 MB.

    python -m filiere.documents.labels < labels

reads JSON, `labels` (lists of [code, text of the QR code, words]) and `tape`, and answers with one message, `size`, and
the PDF: sheets of A4, or a tape of 62 mm with a label a page.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from filiere.documents.drawing import FONTS, drawn
from filiere.documents.letters import drawable
from filiere.documents.qr import modules
from filiere.jobs.process import bound, say

PER_SHEET = 24
SHEETS_AT_ONCE = 20
"""Sheets of one PDF: what a printer takes, and what bounds time and memory."""
MOST = PER_SHEET * SHEETS_AT_ONCE
LABEL_PAGE = "/equipements/etiquettes/"
"""Of refurbish: where a QR code leads, before the code. What is printed stays: it may only move by a redirect."""
TILL_PAGE = "/caisse/equipements/"
"""Of distribute: where a Relais hands over the device of a label."""
STOCK_PAGE = "/stock/equipements/"
"""Of distribute: the page of one device, before its id."""
HANDED_ON = "/etiquettes/"
"""Of distribute: where refurbish hands a scan on, when whoever scans is not of the workshop that has the device. Each
service knows its own people alone, so a scan goes from one to the next and ends at the public sheet; who has nothing to
do with a device takes the same way as who is not logged in anywhere."""
PUBLIC_SHEET = "/fiche/"
"""Of collect: what anybody may know of the device of a label."""
Label = tuple[str, str, str]
"""(code, text of its QR code, words)."""
_TEMPLATE = Path(__file__).with_suffix(".typ")


async def labels_pdf(labels: Sequence[Label], *, tape: bool = False) -> bytes:
    """The labels' sheets, or their tape; at most MOST labels. Raises ProcessFailed."""
    assert len(labels) <= MOST
    return await drawn("filiere.documents.labels", {"labels": list(labels), "tape": tape})


def typeset(labels: Sequence[Label], *, tape: bool = False) -> bytes:
    """The same, here and now."""
    import typst  # 100 MB: loaded by the process only

    codes, listed = bytearray(), []
    for code, text, words in labels:
        rows = modules(text)
        listed.append({"code": code, "words": drawable(words), "at": len(codes), "side": len(rows)})
        codes += bytes(0 if is_dark else 255 for row in rows for is_dark in row)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "labels.json").write_text(json.dumps({"tape": tape, "labels": listed}), encoding="utf-8")
        (root / "codes.bin").write_bytes(codes)
        (root / "labels.typ").write_bytes(_TEMPLATE.read_bytes())
        return bytes(typst.compile(root / "labels.typ", root=root, font_paths=[FONTS], ignore_system_fonts=True))


def main() -> None:
    """The process's side."""
    bound(cpu_s=60, memory_bytes=2**30)
    asked = json.loads(sys.stdin.buffer.read())
    pdf = typeset(asked["labels"], tape=asked["tape"])
    say(pdf, size=len(pdf))


if __name__ == "__main__":
    main()
