"""From the bytes of a report to what it says. Bounded in size, time and memory; here or in a process of its own.

    python -m refurbish.erasure.reports.reading < report

says the report (`report`), or why it is none (`refused`).
"""

import sys

from filiere.files import kind_of
from filiere.jobs.process import bound, say

from refurbish.erasure.reports import blancco, hdparm, nvme, nwipe_log, nwipe_pdf
from refurbish.erasure.reports.report import Report, Unreadable

MAX_BYTES = 10 * 1024 * 1024
"""A certificate of nwipe has half a megabyte of pictures for each drive."""
MAX_TEXT = 2 * 1024 * 1024
MOST_CPU_S = 5
MOST_MEMORY = 280 * 2**20


def read(raw: bytes) -> Report:
    """What a report says, of whatever tool; an empty Report for a text of a tool that is not known.

    Raises Unreadable.
    """
    if len(raw) > MAX_BYTES:
        raise Unreadable("Au plus 10 Mo : joins le rapport de cette machine seule.")
    if kind_of(raw[:32]) == "application/pdf":
        return nwipe_pdf.read(raw)
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return blancco.read(raw)
    if start == b"{":
        return nvme.from_json(raw)
    return read_text(text_of(raw))


def text_of(raw: bytes) -> str:
    """A report in text. Raises Unreadable for what is none."""
    if len(raw) > MAX_TEXT:
        raise Unreadable("Au plus 2 Mo de texte : joins la partie qui concerne ce disque, rien ne sera coupé.")
    for encoding in ("utf-16",) if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and _is_written(text):
            return text
    raise Unreadable("Joins le rapport en texte (.txt, .log), en PDF ou en XML, pas une image.")


def _is_written(text: str) -> bool:
    """Hardly any sign that no screen shows: an image read as cp1252 is full of them."""
    head = text[:4000]
    return sum(not (one.isprintable() or one in "\t\n\r\x0c\x1b") for one in head) * 50 <= len(head)


def read_text(text: str) -> Report:
    """The same of a text. Raises Unreadable."""
    if nwipe_log.looks_like_it(text):
        return nwipe_log.read(text)
    if hdparm.looks_like_it(text):
        return hdparm.read(text)
    if nvme.looks_like_it(text):
        return nvme.read(text)
    return Report()


def main() -> None:
    """The process's side."""
    bound(cpu_s=MOST_CPU_S, memory_bytes=MOST_MEMORY)
    try:
        say(report=read(sys.stdin.buffer.read()).model_dump(mode="json"))
    except Unreadable as error:
        say(refused=str(error))
    except (MemoryError, RecursionError):
        say(refused="Ce fichier demande trop de calcul pour un rapport.")


if __name__ == "__main__":
    main()
