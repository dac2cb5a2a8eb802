"""The certificate of erasure of a lot: every device and medium; partial, in its title, until the last one is wiped."""

from pathlib import Path
from typing import Any

from filiere.testing.sql import value

from .chain import Chain, laptop
from .test_documents import bytes_of, text_of, work
from .test_pages import press
from .told_stories import devices_of

MEDIUM = {
    "serial": "S29NNXAH146409", "kind": "nvme", "level": "purge", "method": "NVMe format", "tool": "nvme-cli",
    "tool_version": "2.8", "verified": True,
}  # fmt: skip
WHO = {
    "erasure_id": "01936f3e-0000-7000-8000-0000000000e1", "erased_at": "2026-11-02T10:00:00Z",
    "operator": "C.M.", "verifier": "A.B.",
}  # fmt: skip


async def wipe(chain: Chain, device: dict[str, Any], *media: dict[str, Any]) -> None:
    await chain.hear(
        "refurbish.devices", "device-erased", device["id"], device_id=device["id"], media=list(media),
        occurred_at="2026-11-03T09:12:00Z",
    )  # fmt: skip


async def issue(chain: Chain, lot: str) -> dict[str, Any]:
    asked = await chain.donor.post(f"/api/v1/lots/{lot}/certificate")
    assert asked.status_code == 202, asked.text
    assert asked.json()["state"] == "preparing"
    await work(chain)
    state = await chain.get(f"/lots/{lot}/certificate")
    assert state["state"] == "available", state
    return dict(state)


async def test_a_lot_is_certified_whole_only_once_its_last_device_is_wiped(chain: Chain, tmp_path: Path) -> None:
    donation, lot = await chain.sent(
        laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"), {"category": "monitor", "quantity": 1}
    )
    refused = await chain.donor.post(f"/api/v1/lots/{lot}/certificate")
    assert (refused.status_code, "premier effacement" in refused.text) == (409, True)
    first, second, screen = await devices_of(chain, donation["id"])
    await wipe(chain, first, MEDIUM | WHO)
    await wipe(chain, screen)
    state = await chain.get(f"/lots/{lot}/certificate")
    assert (state["wiped"], state["without_medium"], state["remaining"], state["missing"]) == (1, 1, 1, 0)
    partial = await issue(chain, lot)
    text = text_of(await bytes_of(chain, partial["newest"]), tmp_path)
    assert f"Certificat d'effacement partiel du lot {state['code']}" in text
    assert "il reste 1 équipement sans effacement constaté" in text
    await wipe(chain, second, MEDIUM | WHO | {"serial": "S2"})
    whole = await issue(chain, lot)
    assert whole["remaining"] == 0
    text = text_of(await bytes_of(chain, whole["newest"]), tmp_path)
    assert "partiel" not in text
    for said in ("2 supports effacés", "1 sans support", "02/11/2026", "C.M.", "A.B.", "réussi", "S29NNXAH146409"):
        assert said in text, said
    assert "1 écran : l'atelier a vérifié qu'il n'y a rien à effacer." in text
    assert (await issue(chain, lot))["newest"] == whole["newest"], "the same facts are the same document"
    numbers = [int(one["newest"]["number"].rsplit("-", 1)[1]) for one in (partial, whole)]
    assert numbers[1] == numbers[0] + 1
    confirmed = (await chain.donor.get(f"/api/v1/documents/confirmed/{partial['newest']['code']}")).json()
    assert confirmed["replaced_by"] == whole["newest"]["number"]


async def test_what_the_workshop_did_not_say_is_said_not_to_be_known(chain: Chain, tmp_path: Path) -> None:
    donation, lot = await chain.sent(laptop(serial="5CG8472QX1"))
    [device] = await devices_of(chain, donation["id"])
    await wipe(chain, device, MEDIUM)
    text = text_of(await bytes_of(chain, (await issue(chain, lot))["newest"]), tmp_path)
    assert "Pour 1 support, l'atelier n'a pas transmis qui a effacé." in text
    assert "03/11/2026" in text, "the event's day stands for the medium's"


async def test_a_device_missed_at_the_count_waits_for_nothing_and_is_not_said_to_be_wiped(
    chain: Chain, tmp_path: Path
) -> None:
    donation, lot = await chain.sent(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    first, second = await devices_of(chain, donation["id"])
    await wipe(chain, first, MEDIUM)
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[second["id"]])
    state = await issue(chain, lot)
    assert (state["remaining"], state["missing"]) == (0, 1)
    text = text_of(await bytes_of(chain, state["newest"]), tmp_path)
    assert "1 absent" in text
    assert text.index("Absents") < text.index("5CG8472QX2")


async def test_the_page_leads_from_the_lot_to_its_pdf_in_both_languages(chain: Chain) -> None:
    donation, lot = await chain.sent(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    first, second = await devices_of(chain, donation["id"])
    browser = await chain.client.login("camille")
    home = f"/lots/{lot}/certificat"
    waits = (await browser.get(home)).text
    assert "Attend le premier effacement" in waits
    assert "Établir" not in waits
    await wipe(chain, first, MEDIUM)
    assert home in (await browser.get(f"/dons/{donation['id']}/documents")).text
    page = await press(browser, home, home, {})
    assert "Il reste 1 équipement sans effacement" in page.text.replace("\u00a0", " ")
    await work(chain)
    await wipe(chain, second, MEDIUM)
    done = (await browser.get(home, headers={"accept-language": "en"})).text
    for said in ("Complete", "Open the PDF", "2 devices wiped", "The documents are in French"):
        assert said in done, said


async def test_who_wiped_is_kept_as_initials_and_never_shown_to_strangers(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop(serial="5CG8472QX1"))
    [device] = await devices_of(chain, donation["id"])
    await wipe(chain, device, MEDIUM | WHO | {"operator_name": "Camille Martinet"})
    assert "Martinet" not in await value(chain.database, "SELECT erasures::text FROM device")
    browser = await chain.client.login("camille")
    seen = (await browser.get(f"/equipements/{device['label']}")).text.replace("\u00a0", " ")
    assert "vérifié par A.B." in seen
    sheet = await chain.client.anonymous().get(f"/fiche/{device['label']}")
    assert (sheet.status_code, "NVMe format" in sheet.text) == (200, True)
    assert "A.B." not in sheet.text


async def test_a_device_wiped_after_its_withdrawal_is_wiped_and_stays_withdrawn(chain: Chain, tmp_path: Path) -> None:
    donation, lot = await chain.sent(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    first, second = await devices_of(chain, donation["id"])
    await wipe(chain, first, MEDIUM | WHO)
    await chain.hear(
        "refurbish.devices", "device-withdrawn", second["id"], device_id=second["id"], reason="Carte mère.",
        occurred_at="2026-11-03T09:00:00Z",
    )  # fmt: skip
    assert (await chain.get(f"/lots/{lot}/certificate"))["remaining"] == 1
    said = "dont 1 écarté : l'atelier n'a pas encore dit ce que sont devenus ses supports"
    page = (await (await chain.client.login("camille")).get(f"/lots/{lot}/certificat")).text
    assert said in page.replace("\u00a0", " ").replace("&#39;", "'")
    text = text_of(await bytes_of(chain, (await issue(chain, lot))["newest"]), tmp_path)
    assert said in text
    await wipe(chain, second, MEDIUM | WHO | {"serial": "S2"})
    assert (await chain.get(f"/lots/{lot}/certificate"))["remaining"] == 0
    assert {one["stage"] for one in await devices_of(chain, donation["id"])} == {"erased", "withdrawn"}
    # Brought back by its own event it moves on again.
    await chain.hear("refurbish.devices", "device-reopened", second["id"], device_id=second["id"])
    await wipe(chain, second, MEDIUM | WHO | {"serial": "S2"})
    assert {one["stage"] for one in await devices_of(chain, donation["id"])} == {"erased"}


async def test_what_was_taken_out_or_declared_by_mistake_stands_on_the_certificate(
    chain: Chain, tmp_path: Path
) -> None:
    donation, lot = await chain.sent(laptop(serial="5CG8472QX1"))
    [device] = await devices_of(chain, donation["id"])
    gone = {
        "serial": "WX11A1234567", "kind": "hdd", "code": "kept", "reason": "Retiré, gardé à l'atelier.",
        "gone_at": "2026-11-03T09:00:00Z", "operator": "C.M.", "verifier": "A.B.",
    }  # fmt: skip
    for _twice in range(2):
        await chain.hear(
            "refurbish.devices", "device-erased", device["id"], device_id=device["id"], media=[MEDIUM | WHO],
            gone=[gone], occurred_at="2026-11-03T09:12:00Z",
        )  # fmt: skip
    text = text_of(await bytes_of(chain, (await issue(chain, lot))["newest"]), tmp_path)
    for said in ("Supports sortis", "WX11A1234567", "1 support effacé"):
        assert said in text, said
    shown = (await chain.donor.get(f"/api/v1/devices/{device['id']}/history")).text
    assert "gardé à l'atelier" in shown.replace("\\u00e9", "é").replace("\\u00e0", "à")
