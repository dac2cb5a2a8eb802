"""A device is known by several numbers, and found by any of them; junk names nothing."""

from typing import Any

import pytest
from filiere.identifiers import label_code, readings
from filiere.testing.client import ServiceClient
from hypothesis import given
from hypothesis import strategies as st
from refurbish.aliases.errors import NotAnIdentifier
from refurbish.aliases.kinds import AliasKind, identifier_in, written

from ..conftest import World, token_of

IMEI = "356938035643809"
NUMBERS = [("imei", "35-693803-564380-9"), ("own", "LIPC24-0007"), ("asset_tag", "inv 00042"), ("serial", "PF0XYZ12")]


@pytest.mark.parametrize(("kind", "value"), NUMBERS)
async def test_a_scan_a_look_up_and_a_search_find_a_device_by_any_of_its_numbers(
    world: World, kind: str, value: str
) -> None:
    device = await world.arrived()
    kept = (await world.post(f"/devices/{device}/aliases", {"kind": kind, "value": value, "reason": "declared"}))[0]
    await world.arrived()  # another one, that nobody means
    scanned = await world.post("/scan", {"label": f" {value} "})
    assert (scanned["outcome"], scanned["device_id"]) == ("already", device)
    assert (await world.get(f"/devices/by-label/{value}"))["id"] == device
    assert [one["id"] for one in (await world.get("/devices", q=kept["value"][:6].lower()))["items"]] == [device]
    browser = await world.browser()
    assert (await browser.get(f"/equipements/etiquettes/{value}")).url.path == f"/equipements/{device}"


@pytest.mark.parametrize("junk", ["To be filled by O.E.M.", "0000", "System Serial Number", "N/A", "sans", "12"])
async def test_junk_is_no_number_of_anything_and_is_neither_found_nor_queued(world: World, junk: str) -> None:
    one, other = world.device(serial=junk), world.device(serial=junk)
    await world.expects(one, other)
    refusal = await world.post(f"/devices/{one['device_id']}/aliases", {"kind": "own", "value": junk}, status=422)
    assert refusal["title"] == "Ceci n'identifie pas un équipement."
    assert (await world.post("/scan", {"label": junk}))["outcome"] == "unreadable"
    assert await world.get("/mismatches") == []


@given(st.text(max_size=60))
def test_what_is_kept_is_read_again_as_itself(text: str) -> None:
    for kind in AliasKind:
        try:
            value = written(kind, text)
        except NotAnIdentifier:
            continue
        assert written(kind, value) == value
        assert value in readings(text)
        assert value in readings(value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (label_code(7), AliasKind.LABEL),
        (IMEI, AliasKind.IMEI),
        ("5CG8411XYZ", AliasKind.SERIAL),
        ("portable noir", None),
        ("un chargeur 65 W", None),
        ("0000", None),
    ],
)
def test_words_are_told_from_numbers(text: str, kind: AliasKind | None) -> None:
    found = identifier_in(text)
    assert (found[0] if found else None) is kind


async def test_a_number_that_another_device_has_is_refused_with_its_label(world: World) -> None:
    one, other = world.device(serial="5CG8411XYZ"), world.device()
    lot = await world.expects(one, other)
    await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"], other["label"]]})
    body = {"kind": "serial", "value": "5cg8411xyz"}
    refusal = await world.post(f"/devices/{other['device_id']}/aliases", body, status=409)
    assert one["label"] in refusal["detail"]
    assert len(await world.post(f"/devices/{one['device_id']}/aliases", body)) == 0  # it is its serial already


async def test_an_imei_comes_and_goes_with_a_reason_that_the_journal_keeps(world: World) -> None:
    device = await world.arrived()
    refusal = await world.post(f"/devices/{device}/aliases", {"kind": "imei", "value": IMEI}, status=422)
    assert refusal["errors"][0]["field"] == "reason"
    said = {"kind": "imei", "value": IMEI, "reason": "misread"}
    [alias] = await world.post(f"/devices/{device}/aliases", said)
    address = f"/api/v1/devices/{device}/aliases/{alias['id']}"
    assert (await world.api.delete(address)).status_code == 422
    assert len(await world.get(f"/devices/{device}/aliases")) == 1
    assert (await world.api.delete(address, params={"reason": "part"})).status_code == 204
    page = (await (await world.browser()).get(f"/equipements/{device}")).text.replace("\xa0", " ")
    assert f"Numéro ajouté, IMEI : {IMEI} (Mal lu ou mal tapé)" in page
    assert f"Numéro retiré, IMEI : {IMEI} (Une pièce a été changée)" in page


async def test_the_page_asks_for_the_reason_of_an_imei_and_of_no_other_number(world: World) -> None:
    device, browser = await world.arrived(), await world.browser()
    numbers = f"/equipements/{device}/identifiants"
    token = token_of(await browser.get(numbers))

    async def says(address: str, **said: str) -> Any:
        return await browser.post(address, data={**said, "csrf_token": token})

    asked = await says(numbers, kind="imei", value=IMEI)
    assert asked.status_code == 422
    assert "Choisis la raison." in asked.text
    await says(numbers, kind="imei", value=IMEI, reason="declared")
    await says(numbers, kind="own", value="LIPC24-0007")
    imei, own = await world.get(f"/devices/{device}/aliases")
    asked = await says(f"{numbers}/{imei['id']}/retirer")
    assert (asked.status_code, len(await world.get(f"/devices/{device}/aliases"))) == (422, 2)
    await says(f"{numbers}/{imei['id']}/retirer", reason="swapped")
    await says(f"{numbers}/{own['id']}/retirer")
    assert await world.get(f"/devices/{device}/aliases") == []


async def test_a_number_of_two_devices_names_neither(world: World) -> None:
    await world.expects(world.device(serial="5CG8411XYZ"), world.device(serial="5CG8411XYZ"))
    answer = await world.post("/scan", {"label": "5CG8411XYZ"})
    assert answer["outcome"] == "unreadable"
    assert "Plusieurs équipements portent 5CG8411XYZ" in answer["sentence"]
    assert (await world.api.get("/api/v1/devices/by-label/5CG8411XYZ")).status_code == 404


async def test_a_number_is_taken_away_and_the_journal_keeps_both(world: World) -> None:
    device = await world.arrived()
    [alias] = await world.post(f"/devices/{device}/aliases", {"kind": "own", "value": "LIPC24-0007"})
    gone = await world.api.delete(f"/api/v1/devices/{device}/aliases/{alias['id']}")
    assert gone.status_code == 204
    assert (await world.post("/scan", {"label": "LIPC24-0007"}))["outcome"] == "unknown"
    page = (await (await world.browser()).get(f"/equipements/{device}")).text.replace("\xa0", " ")
    for verb in ("Numéro ajouté", "Numéro retiré"):
        assert f"{verb}, Numéro de l&#39;atelier : LIPC24-0007" in page


async def test_another_workshop_finds_nothing_by_our_numbers(world: World, client: ServiceClient) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/aliases", {"kind": "own", "value": "LIPC24-0007"})
    await world.register("Atelier de Thiers", "63300", "bo")
    theirs: Any = await client.as_("bo")
    assert (await theirs.get("/api/v1/devices/by-label/LIPC24-0007")).status_code == 404
    assert (await theirs.post("/api/v1/scan", json={"label": "LIPC24-0007"})).json()["outcome"] == "unknown"
    assert (await theirs.get(f"/api/v1/devices/{device}/aliases")).status_code == 404
