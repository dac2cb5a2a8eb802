"""PDFs that open: what calls itself one and is none is told before it is kept, whatever it does to its reader."""

import io
import zlib

import pytest
from filiere.files import FileTooLarge
from filiere.files.pdfs import PdfLocked, PdfUnreadable, opens
from filiere.files.pdfs.reading import look
from filiere.testing.pdfs import pdf
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from .test_photos import Upload


def written(user: str | None = None, pages: int = 1, closed_by: str = "AES-256") -> bytes:
    """As another program writes it; closed with a password of its owner, and of whoever opens it."""
    writer, file = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if user is not None:
        writer.encrypt(user, "owner", algorithm=closed_by)
    writer.write(file)
    return file.getvalue()


def swollen() -> bytes:
    """Its table of objects is packed, and a thousand times as long as what it is packed into."""
    packed = zlib.compress(bytes(400 * 2**20), 9)
    head = f"1 0 obj\n<< /Type /XRef /Size 9 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length {len(packed)} >>\n"
    return b"%PDF-1.7\n" + head.encode() + b"stream\n" + packed + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (pdf(), "page"),
        (pdf(bytes(range(256)) * 500), "page"),
        (written(), "page"),
        (written(pages=2_000), "page"),
        (written(user=""), "page"),  # closed against changes alone: everybody reads it
        (written(user="secret"), "locked"),
        (written(user="secret", closed_by="RC4-128"), "locked"),
        (pdf(trailer="/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 >> "), "nothing"),
        (b"%PDF-1.4\nabcd", "nothing"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 3000, "nothing"),
        (pdf(pages=0), "nothing"),
        (pdf(bytes(9000))[:-4000], "nothing"),  # cut off while it was sent
        (pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"), "nothing"),  # its pages name themselves
        (pdf().replace(b"/Kids [3 0 R]", b"/Kids 77 0 R "), "nothing"),
    ],
)
def test_a_pdf_has_a_page(content: bytes, found: str) -> None:
    assert look(content) == found


@settings(max_examples=examples(200))
@given(start=st.integers(0, 700), length=st.integers(0, 300), said=st.binary(max_size=60))
def test_any_bytes_are_a_page_or_none(start: int, length: int, said: bytes) -> None:
    """Something is taken out of a PDF and something else stands there: an answer in words, never an error."""
    whole = written()
    assert look(whole[:start] + said + whole[start + length :]) in ("page", "nothing", "locked")


async def test_an_upload_is_looked_at_by_a_process_of_its_own() -> None:
    await opens(Upload(pdf()), 10_000)
    await opens(Upload(b"\xff\xd8\xff no PDF"), 10)  # another kind is for others to look at
    with pytest.raises(PdfUnreadable):
        await opens(Upload(b"%PDF-1.4\nabcd"), 10_000)
    with pytest.raises(PdfLocked):
        await opens(Upload(written(user="secret")), 10_000)
    with pytest.raises(FileTooLarge):
        await opens(Upload(pdf(bytes(9000))), 5_000)


@pytest.mark.slow
async def test_a_pdf_that_swells_is_none() -> None:
    with pytest.raises(PdfUnreadable):
        await opens(Upload(swollen()), 10 * 2**20)
