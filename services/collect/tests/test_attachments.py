"""Photos and documents on a donation: evidence byte for byte, photos without their place; gone when none names them."""

import asyncio
import hashlib
import html
import io
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from filiere.database import Database
from filiere.files import Files, files_at, forget_unnamed, kind_of
from filiere.files.old_photos import clean_old_photos
from filiere.files.photos import clean
from filiere.settings import Settings
from filiere.testing.pdfs import pdf
from filiere.testing.sql import rows, value
from PIL import Image

from .chain import Chain, laptop, register
from .test_news import press

PDF = pdf(bytes(range(256)) * 3000)


def photo() -> bytes:
    """As a telephone takes it: in Roubaix, upside down, larger than one piece of what is read at once."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[GPS] = 3, {1: "N", 2: (50.0, 41.0, 24.0), 3: "E", 4: (3.0, 10.0, 53.0)}
    file = io.BytesIO()
    Image.effect_noise((600, 600), 90).save(file, "JPEG", quality=98, exif=exif)
    return file.getvalue()


ORIENTATION, GPS = 0x0112, 0x8825
JPEG = photo()


def kept(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


async def attach(browser: httpx.AsyncClient, donation: str, name: str, content: bytes) -> httpx.Response:
    page = f"/dons/{donation}"
    token = (await browser.get(page)).text.split('name="csrf_token" value="')[1].split('"')[0]
    files = {"file": (name, content, "text/html")}
    return await browser.post(f"{page}/pieces", data={"csrf_token": token}, files=files)


async def test_a_donor_adds_a_list_and_the_coordination_reads_it_byte_for_byte(chain: Chain, tmp_path: Path) -> None:
    donation = (await chain.declare(laptop()))["id"]
    camille, nadia = await chain.client.login("camille"), await chain.client.login("nadia")
    shown = await attach(camille, donation, "C:\\photos\\liste <b>.pdf", PDF)
    assert "La pièce jointe est ajoutée." in shown.text
    assert "liste &lt;b&gt;.pdf" in shown.text
    (file,) = kept(tmp_path / "files")
    assert file.name == hashlib.sha256(PDF).hexdigest()
    found = await value(chain.database, "SELECT id FROM donation_attachment")
    answer = await nadia.get(f"/dons/{donation}/pieces/{found}")
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"  # not what its sender said
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''liste%20%3Cb%3E.pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Pièce jointe ajoutée" in (await nadia.get(f"/dons/{donation}")).text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", b"<script>alert(1)</script>", "Ajoutez une photo"),
        ("photo.jpg", b"GIF89a", "Ajoutez une photo"),
        ("vide.pdf", b"", "Ajoutez une photo"),
        ("x.pdf", b"%PDF-1.4\nabcd", "Ce PDF ne s'ouvre pas"),
        ("sans-page.pdf", pdf(pages=0), "Ce PDF ne s'ouvre pas"),
        ("photo.jpg", PDF[:-9000], "Ce PDF ne s'ouvre pas"),
        ("gros.jpg", JPEG + bytes(10 * 1024 * 1024), "10 Mo au plus"),
        ("abîmée.jpg", b"\xff\xd8\xff\xe0" + bytes(300_000), "Cette photo est abîmée"),
    ],
)
async def test_what_is_not_taken_is_said_and_not_kept(
    chain: Chain, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    donation = (await chain.declare(laptop()))["id"]
    answer = await attach(await chain.client.login("camille"), donation, name, content)
    assert said in html.unescape(answer.text)
    assert kept(tmp_path / "files") == []
    assert await value(chain.database, "SELECT count(*) FROM file") == 0


async def test_the_same_file_sent_by_two_presses_is_one(chain: Chain) -> None:
    donation = (await chain.declare(laptop()))["id"]
    camille = await chain.client.login("camille")
    await asyncio.gather(*(attach(camille, donation, "liste.pdf", PDF) for _ in range(3)))
    assert await value(chain.database, "SELECT count(*) FROM donation_attachment") == 1
    assert await value(chain.database, "SELECT count(*) FROM journal WHERE verb = 'attachment-added'") == 1
    await attach(camille, donation, "autre.pdf", pdf(b"another"))
    assert await value(chain.database, "SELECT count(*) FROM donation_attachment") == 2


async def test_a_photo_is_kept_without_its_place_and_the_right_way_up(chain: Chain, tmp_path: Path) -> None:
    donation = (await chain.declare(laptop()))["id"]
    assert Image.open(io.BytesIO(JPEG)).getexif().get_ifd(GPS)
    camille = await chain.client.login("camille")
    assert "La pièce jointe est ajoutée." in (await attach(camille, donation, "quai.jpg", JPEG)).text
    (file,) = kept(tmp_path / "files")
    found = await value(chain.database, "SELECT id FROM donation_attachment")
    answer = await camille.get(f"/dons/{donation}/pieces/{found}")
    assert answer.content == file.read_bytes()
    shown = Image.open(io.BytesIO(answer.content))
    assert dict(shown.getexif()) == {ORIENTATION: 3}
    assert shown.tobytes() == Image.open(io.BytesIO(JPEG)).tobytes()  # not written anew: the same picture to the bit


@pytest.mark.slow
async def test_a_photo_that_came_before_the_rule_is_cleaned_once_and_keeps_its_name(
    chain: Chain, settings: Settings, tmp_path: Path
) -> None:
    files = files_at(settings.files)
    donation = (await chain.declare(laptop()))["id"]
    camille = await chain.client.login("camille")
    await attach(camille, donation, "liste.pdf", PDF)
    await attach(camille, donation, "quai.jpg", JPEG)
    # As it was kept before: with its place.
    old = hashlib.sha256(JPEG).hexdigest()
    await put(chain.database, files, old, JPEG)
    cleaned = hashlib.sha256(clean("image/jpeg", JPEG)).hexdigest()
    await rows(chain.database, f"UPDATE donation_attachment SET file_hash = '{old}' WHERE file_hash = '{cleaned}'")
    damaged = hashlib.sha256(JPEG[:90]).hexdigest()
    await put(chain.database, files, damaged, JPEG[:90])
    found = await value(chain.database, "SELECT id FROM donation_attachment WHERE name = 'quai.jpg'")
    page = f"/dons/{donation}/pieces/{found}"
    assert (await camille.get(page)).content == JPEG
    looked = {one.hash: one async for one in clean_old_photos(chain.database, files)}
    assert (looked[old].outcome, looked[old].now, looked[old].names) == ("cleaned", cleaned, 1)
    assert looked[damaged].outcome == "unreadable"
    assert len(looked) == 3  # and the clean one; a PDF is no photo
    shown = (await camille.get(page)).content
    assert dict(Image.open(io.BytesIO(shown)).getexif()) == {ORIENTATION: 3}
    assert await forget_unnamed(chain.database, files) == 1  # at once: nobody waits for the old bytes
    assert old not in {file.name for file in kept(tmp_path / "files")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "collect", "files", "clean-photos"),
        env=os.environ | {"DATABASE_URL": chain.database.url, "FILES": settings.files},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    assert told.decode().splitlines()[-1] == "2 photos: 1 clean, 1 unreadable"


async def put(database: Database, files: Files, hash_: str, content: bytes) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield content

    await files.put(hash_, pieces)
    await rows(
        database,
        f"INSERT INTO file (hash, size, media_type) VALUES ('{hash_}', {len(content)}, 'image/jpeg')"
        " ON CONFLICT DO NOTHING",
    )


async def test_a_tool_attaches_reads_and_takes_away(chain: Chain) -> None:
    """By the API, with a token here; what a key needs for it stands in tests/access."""
    address = f"/api/v1/donations/{(await chain.declare(laptop()))['id']}/attachments"
    again = {"Idempotency-Key": "quai", "content-type": "multipart/form-data; boundary=quai"}
    for _ in range(2):  # the network failed after the first: the same request, once more
        files = {"file": ("a/../quai\u202e.jpg", JPEG, "text/html")}
        made = await chain.donor.post(address, files=files, headers=again)
        assert made.status_code == 201, made.text
    one = made.json()
    assert one["name"] == "quai .jpg"
    assert one["media_type"] == "image/jpeg"
    assert [other["id"] for other in (await chain.coordinator.get(address)).json()] == [one["id"]]
    read = await chain.donor.get(f"{address}/{one['id']}")
    assert read.headers["content-type"] == "image/jpeg"
    assert read.headers["content-disposition"].startswith("attachment")
    assert len(read.content) == one["size"]
    for _ in range(2):
        assert (await chain.donor.delete(f"{address}/{one['id']}")).status_code == 204
    assert (await chain.donor.get(f"{address}/{one['id']}")).status_code == 404
    assert (await chain.donor.get(address)).json() == []


@pytest.mark.parametrize(
    ("content", "status", "problem"),
    [
        (b"<script>", 422, "kind-not-taken"),
        (b"%PDF-1.4\nabcd", 422, "pdf-not-read"),
        (b"\xff\xd8\xff\xe0" + bytes(99), 422, "photo-not-read"),
        (JPEG + bytes(10 * 1024 * 1024), 422, "attachment-too-large"),
    ],
)
async def test_a_tool_is_told_what_is_not_taken(
    chain: Chain, tmp_path: Path, content: bytes, status: int, problem: str
) -> None:
    address = f"/api/v1/donations/{(await chain.declare(laptop()))['id']}/attachments"
    answer = await chain.donor.post(address, files={"file": ("x.jpg", content)})
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:filiere:problem:{problem}")
    assert kept(tmp_path / "files") == []


async def test_a_tool_may_attach_twenty_files(chain: Chain) -> None:
    address = f"/api/v1/donations/{(await chain.declare(laptop()))['id']}/attachments"
    for number in range(20):
        files = {"file": (f"{number}.pdf", pdf(str(number).encode()))}
        assert (await chain.donor.post(address, files=files)).status_code == 201
    refused = await chain.donor.post(address, files={"file": ("21.pdf", PDF)})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:filiere:problem:too-many-attachments")


async def test_a_draft_takes_attachments_keeps_them_when_it_is_sent_and_ends_with_them(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    made = [await chain.declare(laptop(), draft=True) for _ in range(2)]
    for draft in made:
        shown = await attach(browser, draft["id"], "acces.pdf", PDF)
        assert "La pièce jointe est ajoutée." in shown.text
        assert "acces.pdf" in shown.text
        said = await chain.donor.post(f"/api/v1/donations/{draft['id']}/messages", json={"text": "Sonnez deux fois."})
        assert said.status_code == 201
    sent, dropped = made
    assert (await chain.donor.post(f"/api/v1/donations/{sent['id']}/submit")).status_code == 200
    assert "acces.pdf" in (await browser.get(f"/dons/{sent['id']}")).text
    gone = await press(browser, f"/dons/{dropped['id']}", f"/dons/{dropped['id']}/supprimer")
    assert "supprimé" in gone.text
    assert await value(chain.database, "SELECT count(*) FROM donation_attachment") == 1


async def test_another_donor_finds_nothing(chain: Chain) -> None:
    donation = (await chain.declare(laptop()))["id"]
    await attach(await chain.client.login("camille"), donation, "a.pdf", PDF)
    found = await value(chain.database, "SELECT id FROM donation_attachment")
    other = await register(chain.coordinator, "552100554", name="Autre")
    await chain.client.grant("eve", "donor", UUID(other["id"]))
    eve = await chain.client.login("eve")
    assert (await eve.get(f"/dons/{donation}/pieces/{found}")).status_code == 404
    assert (await press(eve, f"/equipe/{other['id']}", f"/dons/{donation}/pieces/{found}/retirer")).status_code == 404
    assert await value(chain.database, "SELECT count(*) FROM donation_attachment") == 1


async def test_the_same_file_twice_is_kept_once_and_goes_with_its_last_name(
    chain: Chain, settings: Settings, tmp_path: Path
) -> None:
    files = files_at(settings.files)
    donation = (await chain.declare(laptop()))["id"]
    camille = await chain.client.login("camille")
    for name in ("a.jpg", "b.jpg"):
        await attach(camille, donation, name, JPEG)
    assert len(kept(tmp_path / "files")) == 1
    for left in (1, 0):
        found = await value(chain.database, "SELECT id FROM donation_attachment LIMIT 1")
        await press(camille, f"/dons/{donation}", f"/dons/{donation}/pieces/{found}/retirer")
        await rows(chain.database, "UPDATE file SET wanted_at = now() - interval '2 days'")
        assert await forget_unnamed(chain.database, files) == 1 - left
        assert len(kept(tmp_path / "files")) == left


async def test_what_somebody_is_about_to_name_is_not_taken_away(
    chain: Chain, settings: Settings, tmp_path: Path
) -> None:
    donation = (await chain.declare(laptop()))["id"]
    await attach(await chain.client.login("camille"), donation, "a.jpg", JPEG)
    await rows(chain.database, "DELETE FROM donation_attachment")
    assert await forget_unnamed(chain.database, files_at(settings.files)) == 0
    assert len(kept(tmp_path / "files")) == 1


async def test_a_death_between_the_file_and_its_row_is_made_good(
    chain: Chain, settings: Settings, tmp_path: Path
) -> None:
    """Whichever of the two is gone: the next round takes the rest away, and the same file can come again."""
    files: Files = files_at(settings.files)
    donation = (await chain.declare(laptop()))["id"]
    camille = await chain.client.login("camille")
    await attach(camille, donation, "a.jpg", JPEG)
    await rows(chain.database, "DELETE FROM donation_attachment")
    await files.delete(hashlib.sha256(clean("image/jpeg", JPEG)).hexdigest())
    await attach(camille, donation, "a.jpg", JPEG)
    assert len(kept(tmp_path / "files")) == 1
    await rows(chain.database, "DELETE FROM donation_attachment")
    await files.delete(hashlib.sha256(clean("image/jpeg", JPEG)).hexdigest())
    await rows(chain.database, "UPDATE file SET wanted_at = now() - interval '2 days'")
    assert await forget_unnamed(chain.database, files) == 1


async def test_a_file_that_is_gone_is_said_and_the_page_still_opens(chain: Chain, settings: Settings) -> None:
    donation = (await chain.declare(laptop()))["id"]
    camille = await chain.client.login("camille")
    await attach(camille, donation, "a.jpg", JPEG)
    await files_at(settings.files).delete(hashlib.sha256(clean("image/jpeg", JPEG)).hexdigest())
    found = await value(chain.database, "SELECT id FROM donation_attachment")
    assert (await camille.get(f"/dons/{donation}/pieces/{found}")).status_code == 503
    assert (await camille.get(f"/dons/{donation}")).status_code == 200


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\xff\xd8\xff\xdb", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b" %PDF-1.4", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_kind_is_told_by_the_first_bytes(beginning: bytes, kind: str) -> None:
    assert kind_of(beginning) == kind
