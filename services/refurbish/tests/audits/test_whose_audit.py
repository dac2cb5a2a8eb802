"""An audit of another machine is asked about, and given to its own by one tap; a wrong one is taken back."""

import json
import re
from typing import Any

import httpx
from filiere.database import Database
from filiere.files.store import ready
from filiere.testing.answers import found
from filiere.testing.sql import value

from ..conftest import World
from .shapes import LSHW, T480, plain

SERIAL = "PF1A2B3C"


async def two(world: World) -> tuple[str, str, str]:
    """(an HP with another number, the machine of the audit, its label)."""
    wrong = await world.arrived(serial="5CG8411ABC")
    right = await world.arrived(**T480, serial=SERIAL)
    return wrong, right, (await world.get(f"/devices/{right}"))["label"]


async def audits(world: World, device: str) -> list[tuple[str, str]]:
    return [(one["status"], one["facts"]["source"]) for one in await world.get(f"/devices/{device}/audits")]


async def test_the_audit_of_another_machine_is_offered_back_and_nothing_of_it_is_taken_over(world: World) -> None:
    wrong, right, label = await two(world)
    asked = await world.post(f"/devices/{wrong}/audits", LSHW)
    assert (asked["status"], asked["candidate"], asked["differences"]) == ("asked", label, [])
    assert plain(asked["question"]) == (
        f"Ce n'est pas cette machine : le numéro lu, {SERIAL}, est celui de {label} (Lenovo 20L6S29E00)."
    )
    assert await world.get(f"/devices/{wrong}/facts") == {}
    assert (await world.get(f"/devices/{wrong}"))["media"] == []
    again = await world.post(f"/devices/{wrong}/audits", LSHW)
    assert (again["id"], again["status"]) == (asked["id"], "asked")
    given = await world.post(f"/devices/{wrong}/audits/{asked['id']}/answer", {"answer": "there"})
    assert (given["device_id"], given["status"], given["serial_matches"]) == (right, "kept", True)
    assert (await audits(world, wrong), await audits(world, right)) == ([], [("kept", "lshw")])
    assert len((await world.get(f"/devices/{right}"))["media"]) == 2
    await world.post(f"/devices/{right}/audits/{asked['id']}/answer", {"answer": "here"}, status=409)


async def test_somebody_may_say_that_it_is_this_machine_after_all(world: World) -> None:
    """Its board was changed: from then on it is known by both numbers, and is not asked about again."""
    device = await world.arrived(**T480, serial="PF0OLD000")
    asked = await world.post(f"/devices/{device}/audits", LSHW)
    assert (asked["status"], asked["candidate"]) == ("asked", None)
    assert "Le numéro lu est PF1A2B3C, celui de sa fiche est PF0OLD000" in plain(asked["question"])
    kept = await world.post(f"/devices/{device}/audits/{asked['id']}/answer", {"answer": "here"})
    assert kept["status"] == "kept"
    assert (await world.get(f"/devices/{device}"))["serial"] == "PF0OLD000"
    other = {**LSHW, "version": "2"}
    assert (await world.post(f"/devices/{device}/audits", other))["status"] == "kept"


async def test_a_machine_of_another_maker_is_asked_about_where_no_number_is_known(world: World) -> None:
    device = await world.arrived()
    asked = await world.post(f"/devices/{device}/audits", LSHW)
    assert asked["status"] == "asked"
    assert plain(asked["question"]).startswith(
        "Est-ce bien cette machine ? L'audit parle de Lenovo 20L6S29E00, sa fiche de HP"
    )
    await world.post(f"/devices/{device}/audits/{asked['id']}/answer", {"answer": "nowhere"})
    assert await audits(world, device) == [("withdrawn", "lshw")]
    assert (await world.get(f"/devices/{device}"))["serial"] is None


async def test_it_can_be_given_to_any_machine_by_its_label_and_only_once(world: World) -> None:
    wrong, right = await world.arrived(serial="5CG8411ABC"), await world.arrived(**T480)
    label = (await world.get(f"/devices/{right}"))["label"]
    asked = await world.post(f"/devices/{wrong}/audits", LSHW)
    assert asked["candidate"] is None
    where = f"/devices/{wrong}/audits/{asked['id']}/answer"
    assert (await world.post(where, {"answer": "there"}, status=404))["type"].endswith("nobody-has-this-serial")
    await world.post(where, {"answer": "there", "label": label})
    assert (await world.get(f"/devices/{right}"))["serial"] == SERIAL
    assert (await world.post(f"/devices/{wrong}/audits", LSHW))["candidate"] == label
    [[_, twice]] = [(one["status"], one["id"]) for one in await world.get(f"/devices/{wrong}/audits")]
    await world.post(f"/devices/{wrong}/audits/{twice}/answer", {"answer": "there"})
    assert await audits(world, right) == [("kept", "lshw")]


async def test_a_machine_that_is_only_announced_is_to_be_scanned_first(world: World) -> None:
    wrong = await world.arrived(serial="5CG8411ABC")
    await world.expects(announced := world.device(**T480, serial=SERIAL))
    asked = await world.post(f"/devices/{wrong}/audits", LSHW)
    assert asked["candidate"] == announced["label"]
    where = f"/devices/{wrong}/audits/{asked['id']}/answer"
    refused = await world.post(where, {"answer": "there"}, status=409)
    assert refused["type"].endswith("device-not-here")
    assert await audits(world, wrong) == [("asked", "lshw")]


async def test_a_machine_of_another_workshop_is_no_candidate_and_its_label_opens_nothing(world: World) -> None:
    await world.register("Atelier du Gier", "63300", "bea")
    elsewhere = World(world.client, world.database, world.service, world.settings)
    elsewhere.labels, elsewhere.coordination = world.labels, world.coordination
    elsewhere.api = await world.client.as_("bea")
    elsewhere.id = str(
        next(one["id"] for one in (await elsewhere.api.get("/api/v1/workshops")).json() if "Gier" in one["name"])
    )
    other = await elsewhere.arrived(**T480, serial=SERIAL)
    label = (await elsewhere.get(f"/devices/{other}"))["label"]
    mine = await world.arrived(serial="5CG8411ABC")
    asked = await world.post(f"/devices/{mine}/audits", LSHW)
    assert asked["candidate"] is None
    where = f"/devices/{mine}/audits/{asked['id']}/answer"
    await world.post(where, {"answer": "there", "label": label}, status=404)
    await world.post(f"/devices/{other}/audits/{asked['id']}/withdraw", {"reason": "wrong"}, status=404)


async def test_an_audit_is_taken_back_and_what_it_said_falls_back_to_the_others(world: World) -> None:
    device = await world.arrived(**T480)
    first = {**LSHW, "serial": None, "version": "1"}
    await world.post(f"/devices/{device}/audits", first)
    wrong: Any = {
        "class": "system",
        "vendor": "LENOVO",
        "serial": SERIAL,
        "children": [
            {"id": "memory", "class": "memory", "size": 17179869184},
            {"id": "cpu", "class": "processor", "product": "Apple M1"},
        ],
    }
    taken = await world.post(f"/devices/{device}/audits", wrong)
    assert (await world.get(f"/devices/{device}"))["serial"] == SERIAL
    assert (await world.get(f"/devices/{device}/facts"))["ram_gb"]["value"] == 16
    left = await world.post(f"/devices/{device}/audits/{taken['id']}/withdraw", {"reason": "wrong"})
    assert [(one["status"], one["reason"]) for one in left] == [("withdrawn", "wrong"), ("kept", None)]
    known = await world.get(f"/devices/{device}/facts")
    assert (known["ram_gb"]["value"], known["cpu"]["value"]) == (8, "Intel Core i5-8250U")
    assert (await world.get(f"/devices/{device}"))["serial"] is None
    assert len((await world.get(f"/devices/{device}"))["media"]) == 2, "a disk does not forget itself"
    await world.post(f"/devices/{device}/audits/{taken['id']}/withdraw", {"reason": "mistake"})
    again = await world.post(f"/devices/{device}/audits", wrong)
    assert (again["id"], again["status"]) == (taken["id"], "kept")
    assert (await world.get(f"/devices/{device}/facts"))["ram_gb"]["value"] == 16


async def press(browser: httpx.AsyncClient, page: str, action: str, **fields: str) -> httpx.Response:
    token = found(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)[1]
    return await browser.post(action, data={"csrf_token": token, **fields}, follow_redirects=True)


async def test_on_the_page_a_file_is_read_in_words_and_a_question_has_one_tap(world: World) -> None:
    wrong, right, label = await two(world)
    browser, page = await world.browser(), f"/equipements/{wrong}/inventaires"
    token = found(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)[1]
    files = {"file": ("lshw.json", json.dumps(LSHW).encode())}
    shown = await browser.post(page, data={"csrf_token": token}, files=files, follow_redirects=True)
    text = plain(shown.text)
    assert f"Donner à {label}" in text
    assert "est-ce bien cette machine" in (await browser.get(f"/equipements/{wrong}")).text
    action = found(rf'action="({page}/[0-9a-f-]+/repondre)"', shown.text)[1]
    given = await press(browser, page, action, answer="there")
    text = plain(given.text)
    assert f"L'audit est donné à {label}." in text
    there = plain((await browser.get(f"/equipements/{right}")).text)
    assert "Intel Core i5-8250U" in there
    assert "SSD NVMe 256 Go" in there
    kept = found(
        rf'href="(/equipements/{right}/inventaires/[0-9a-f-]+/copie)"',
        (await browser.get(f"/equipements/{right}/inventaires")).text,
    )[1]
    copy = await browser.get(kept)
    assert copy.headers["content-disposition"].startswith("attachment")
    assert b"i5-8250U" in copy.content
    for personal in (b"jeanne", b"00:11:22:33:44:55", b"10.0.0.7"):
        assert personal not in copy.content


async def test_on_the_page_an_audit_is_taken_back_with_a_reason(world: World) -> None:
    device = await world.arrived(**T480)
    taken = await world.post(f"/devices/{device}/audits", LSHW)
    browser, page = await world.browser(), f"/equipements/{device}/inventaires"
    where = f"{page}/{taken['id']}/retirer"
    assert where in (await browser.get(page)).text
    assert (await press(browser, where, where)).status_code == 422
    done = await press(browser, where, where, reason="before_repair")
    assert "Il date d'avant une réparation" in plain(done.text)
    journal = plain((await browser.get(f"/equipements/{device}")).text)
    assert re.search(r"Audit lshw repris : Il date d'avant une réparation", journal)


async def test_the_copy_lies_in_the_store_of_files_under_its_own_hash(world: World, database: Database) -> None:
    device = await world.arrived(**T480)
    await world.post(f"/devices/{device}/audits", LSHW)
    hash_ = await value(database, "SELECT file_hash FROM audit")
    assert await value(database, "SELECT count(*) FROM file") == 1
    content = b"".join([piece async for piece in await (await ready(world.settings.files)).read(hash_)])
    assert b"jeanne" not in content
    assert b"S425NA0M123456" in content


async def test_the_page_says_the_size_that_is_read(world: World) -> None:
    shown = await (await world.browser()).get(f"/equipements/{await world.arrived()}/inventaires")
    assert "5 Mo au plus" in shown.text.replace("\xa0", " ")
