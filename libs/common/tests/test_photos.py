"""Photos without what a camera says beside them; read by Pillow, which knows nothing of our code."""

import contextlib
import io
import struct
import threading
from typing import IO, Any

import pytest
from filiere.files import FileTooLarge
from filiere.files.photos import PhotoUnreadable, clean, without_metadata
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

GPS, ORIENTATION, ARTIST, MAKER = 0x8825, 0x0112, 0x013B, 0x010F
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
WORDS = (b"Nadia", b"Roubaix", b"Fairphone", b"GPS", b"http://ns.adobe.com")

# Made once: it says the second in which it was made, and a picture packs to another size by it.
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def exif(orientation: int) -> Image.Exif:
    """As a telephone writes it: where (Roubaix), who, with what."""
    made = Image.Exif()
    made[ORIENTATION], made[ARTIST], made[MAKER] = orientation, "Nadia", "Fairphone"
    made[GPS] = {1: "N", 2: (50.0, 41.0, 24.0), 3: "E", 4: (3.0, 10.0, 53.0), 0x1D: "2026:11:30", 28: b"Roubaix"}
    return made


def photo(kind: str, orientation: int = 6) -> bytes:
    """A picture that is not the same from any two sides, with words wherever its kind lets any stand."""
    picture = Image.new("RGB", (24, 16), "white")
    picture.putdata([(x * 10, y * 15, (x * y) % 256) for y in range(16) for x in range(24)])
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><GPS>Roubaix http://ns.adobe.com</GPS></x:xmpmeta>'
    words: dict[str, dict[str, Any]] = {
        "JPEG": {"comment": b"Nadia", "xmp": xmp},
        "WEBP": {"lossless": True, "xmp": xmp},
        "PNG": {},
    }
    more = words[kind]
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", "Nadia")
        texts.add_itxt("XML:com.adobe.xmp", "GPS Roubaix", zip=True)
        more = {"pnginfo": texts}
    file = io.BytesIO()
    picture.save(file, kind, exif=exif(orientation), icc_profile=PROFILE, **more)
    return file.getvalue()


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_loses_its_place_and_nothing_that_is_seen(kind: str, orientation: int) -> None:
    before = photo(kind, orientation)
    assert shown(before).getexif().get_ifd(GPS)  # it did say where
    after = clean(KINDS[kind], before)
    said = shown(after).getexif()
    assert said.get_ifd(GPS) == {}
    assert dict(said) == ({ORIENTATION: orientation} if orientation != 1 else {})
    assert not any(word in after for word in WORDS)
    assert not {"xmp", "comment", "Author", "XML:com.adobe.xmp"} & shown(after).info.keys()
    assert shown(after).tobytes() == shown(before).tobytes()
    assert shown(after).info["icc_profile"] == shown(before).info["icc_profile"]
    assert clean(KINDS[kind], after) == after  # nothing is left to take


def test_a_jpeg_of_several_scans_keeps_them_all() -> None:
    file = io.BytesIO()
    shown(photo("JPEG")).save(file, "JPEG", progressive=True, exif=exif(8))
    after = clean("image/jpeg", file.getvalue())
    assert shown(after).tobytes() == shown(file.getvalue()).tobytes()
    assert shown(after).getexif().get_ifd(GPS) == {}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_hides_behind_the_picture_goes(kind: str) -> None:
    """Telephones put a second picture there, with a place of its own."""
    before = photo(kind)
    assert clean(KINDS[kind], before + photo("JPEG") + b"Roubaix") == clean(KINDS[kind], before)


def test_a_jpeg_that_was_cut_off_shows_what_there_is() -> None:
    large = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(large, "JPEG", exif=exif(6))
    after = clean("image/jpeg", large.getvalue()[: len(large.getvalue()) // 2])
    assert after.endswith(b"\xff\xd9")
    assert shown(after).getexif().get_ifd(GPS) == {}
    assert shown(after).size == (200, 200)


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=examples(60))
def test_any_damage_ends_in_a_photo_or_a_refusal(kind: str, data: st.DataObject) -> None:
    """And what comes out of a damaged file says no more than what comes out of a whole one."""
    whole = photo(kind)
    place = data.draw(st.integers(16, len(whole) - 1))
    with_damage = whole[:place] + data.draw(st.binary(max_size=12)) + whole[place + data.draw(st.integers(0, 12)) :]
    try:
        after = clean(KINDS[kind], with_damage)
    except PhotoUnreadable:
        return
    assert clean(KINDS[kind], after) == after


@given(st.sampled_from(sorted({*KINDS.values(), "image/heic"})), st.binary(max_size=300))
def test_anything_at_all_ends(kind: str, content: bytes) -> None:
    begins = {
        "image/jpeg": b"\xff\xd8\xff",
        "image/png": b"\x89PNG\r\n\x1a\n",
        "image/webp": b"RIFF" + struct.pack("<I", len(content) + 4) + b"WEBP",
        "image/heic": b"\0\0\0\x10ftypheic\0\0\0\0",
    }
    with contextlib.suppress(PhotoUnreadable):
        clean(kind, begins[kind] + content)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/jpeg", b"\xff\xd8" + b"\xff\xe1\x00\x02" * 200_000),
        ("image/jpeg", b"\xff\xd8" + b"\xff" * 1_000_000),
        ("image/png", b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * 200_000),
        ("image/webp", b"RIFF" + struct.pack("<I", 1_600_004) + b"WEBP" + b"EXIF\0\0\0\0" * 200_000),
        ("image/heic", b"\0\0\0\x10ftypheic\0\0\0\0" + b"\0\0\0\x08free" * 200_000),
    ],
)
def test_more_parts_than_any_camera_writes_are_refused(kind: str, content: bytes) -> None:
    with pytest.raises(PhotoUnreadable):
        clean(kind, content)


# A HEIC as telephones lay it out: its picture, its Exif and its XMP are items of one `mdat`.
def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def heic(*, version: int = 1, more: bytes = b"") -> bytes:
    tiff = exif(6).tobytes().removeprefix(b"Exif\0\0")
    items = {
        1: (b"hvc1", b"the picture itself"),
        2: (b"Exif", b"\0\0\0\6Exif\0\0" + tiff),
        3: (b"mime", b"<GPS>Roubaix</GPS>"),
    }
    infos = [
        box(
            b"infe", b"\2\0\0\0", struct.pack(">HH", item, 0), kind, b"\0", b"application/rdf+xml\0" * (kind == b"mime")
        )
        for item, (kind, _) in items.items()
    ]
    begin = box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(first: int) -> bytes:
        places, offset = b"", first
        for item, (_, content) in items.items():
            places += struct.pack(">H", item) + b"\0\0" * (version > 0)
            places += struct.pack(">HHII", 0, 1, offset, len(content))
            offset += len(content)
        where = box(b"iloc", bytes((version, 0, 0, 0)), b"\x44\x00", struct.pack(">H", len(items)), places)
        return box(b"meta", b"\0\0\0\0", box(b"iinf", b"\0\0\0\0", struct.pack(">H", len(items)), *infos), where)

    first = len(begin) + len(meta(0)) + 8
    return begin + meta(first) + box(b"mdat", *(content for _, content in items.values())) + more


@pytest.mark.parametrize("version", [0, 1])
def test_a_heic_is_written_over_where_it_says_something(version: int) -> None:
    before = heic(version=version, more=box(b"uuid", b"0123456789abcdef", b"Roubaix"))
    after = clean("image/heic", before)
    assert len(after) == len(before)  # nothing moved: what names a place still names it
    assert b"the picture itself" in after
    assert not any(word in after for word in WORDS)
    assert clean("image/heic", after) == after


@pytest.mark.parametrize(
    "broken",
    [
        heic()[:-40],
        heic().replace(b"iloc", b"free"),
        heic(more=box(b"moov", b"a film")),
        heic().replace(b"infe\2", b"infe\0"),
    ],
)
def test_a_heic_that_does_not_say_where_its_words_are_is_refused(broken: bytes) -> None:
    with pytest.raises(PhotoUnreadable):
        clean("image/heic", broken)


class Upload:
    """As the web gives it."""

    def __init__(self, content: bytes) -> None:
        self.file: IO[bytes] = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self.file.read(size)

    async def seek(self, offset: int) -> None:
        self.file.seek(offset)


async def test_evidence_is_kept_byte_for_byte_and_photos_are_bounded() -> None:
    pdf = b"%PDF-1.7 /GPS Roubaix" * 1000
    async with without_metadata(Upload(pdf), 100) as kept:
        await kept.seek(0)
        assert await kept.read() == pdf
    async with without_metadata(Upload(photo("JPEG")), 100_000) as kept:
        assert await kept.read() == clean("image/jpeg", photo("JPEG"))
    with pytest.raises(FileTooLarge):
        async with without_metadata(Upload(photo("JPEG")), 100):
            pass
    assert sum(thread.name.startswith("photos") for thread in threading.enumerate()) <= 2
