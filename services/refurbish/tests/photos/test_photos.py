"""Photos of a device: the picture alone, shown on its page, taken away again; nobody else's."""

import io

import pytest
from filiere.testing.answers import found
from PIL import Image

from ..conftest import World


def photo(kind: str = "JPEG") -> bytes:
    """As a telephone takes it, with where it was."""
    exif = Image.Exif()
    exif[0x8825], exif[0x0110] = {1: "N", 2: (50.0, 41.0, 24.0)}, "Telephone of Ada"
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return file.getvalue()


async def test_a_photo_is_added_shown_without_its_place_and_taken_away(world: World) -> None:
    device = await world.arrived()
    ada = await world.browser()
    page = f"/equipements/{device}"
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get(page)).text)[1]
    sent = {"photo": ("IMG_0001.jpg", photo(), "image/jpeg")}
    shown = await ada.post(f"{page}/photos", data={"csrf_token": token}, files=sent)
    assert shown.url.path == page
    address = found(r'<img src="([^"]+)"', shown.text)[1]
    picture = await ada.get(address)
    assert (picture.headers["content-type"], picture.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert "attachment" not in picture.headers.get("content-disposition", "")
    assert b"Telephone of Ada" not in picture.content
    assert Image.open(io.BytesIO(picture.content)).size == (40, 30)
    await world.register("Atelier de Brest", "29200", "yann")
    yann = await world.client.login("yann")
    assert (await yann.get(address)).status_code == 404
    for _ in range(2):
        gone = await ada.post(f"{address}/retirer", data={"csrf_token": token})
        assert "<img" not in gone.text
    assert (await ada.get(address)).status_code == 404
    journal = (await ada.get(page)).text.replace("\xa0", " ")
    assert "Photo ajoutée" in journal
    assert "Photo retirée" in journal


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7 nothing to look at", "JPEG, PNG ou WebP"),
        (b"<svg onload=alert(1)>", "JPEG, PNG ou WebP"),
        (b"\xff\xd8\xff\xdb cut off", "abîmée"),
    ],
)
async def test_what_is_no_photo_is_refused_with_a_sentence(world: World, content: bytes, says: str) -> None:
    device = await world.arrived()
    path = f"/api/v1/devices/{device}/photos"
    refused = await world.api.post(path, files={"file": ("a.jpg", content, "image/jpeg")})
    assert refused.status_code == 422
    assert says in refused.json()["title"]
    assert await world.get(f"/devices/{device}/photos") == []


async def test_twelve_photos_are_enough(world: World) -> None:
    device = await world.arrived()
    path = f"/api/v1/devices/{device}/photos"
    answers = [
        (await world.api.post(path, files={"file": ("a.png", photo("PNG"), "image/png")})).status_code
        for _ in range(13)
    ]
    assert answers == [201] * 12 + [409]
