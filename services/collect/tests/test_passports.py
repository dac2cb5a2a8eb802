"""The public sheet behind the QR code: for anybody, light, without a script, and about no person."""

import re
from typing import Any

import pytest
from collect.devices.few import REUSED
from filiere.testing.events import deliver, incoming

from .chain import Chain, laptop
from .test_documents import lived, stranger
from .told_stories import STORY, devices_of

MOST_BYTES = 50 * 1024


async def sheet_of(chain: Chain, label: str) -> str:
    async with stranger(chain) as anybody:
        answer = await anybody.get(f"/fiche/{label}")
    assert answer.status_code == 200
    return answer.text.replace("\u00a0", " ").replace("&#39;", "'")


async def test_anybody_reads_what_it_is_how_it_was_wiped_and_why_its_category_and_no_name(chain: Chain) -> None:
    donation = await lived(chain, laptop(serial="5CG8472QX1", asset_tag="INV-77"))
    [device] = await devices_of(chain, donation["id"])
    graded: dict[str, Any] = {"grade": "A", "reasons": ["Mémoire vive de 8 Go : +3 points."]}
    event = {"device_id": device["id"], "occurred_at": "2026-11-12T08:00:00Z"} | graded
    told = incoming("refurbish.devices", "org.filiere.refurbish.device-graded.v1", device["id"], event)
    await deliver(chain.database, chain.service, [told])
    page = await sheet_of(chain, device["label"].lower())
    for said in ("Ordinateur portable HP EliteBook 840 G5", "SSD, ATA, NIST purge, nwipe", "Mémoire vive de 8 Go",
                 "2 ans à partir de l'achat", "81 kg", "27 kg par an × 3 ans"):  # fmt: skip
        assert said in page, said
    for hidden in ("Société d'exemple", "5CG8472QX1", "INV-77", donation["reference"], "Hautes-Alpes", "camille"):
        assert hidden not in page, hidden
    api = await chain.get(f"/passports/{device['label']}")
    assert (api["grade"], api["given_by"], "serial" in api) == ("A", None, False)


@pytest.mark.parametrize("steps", [1, 2])
async def test_what_is_not_refurbished_avoids_nothing_yet(chain: Chain, steps: int) -> None:
    donation = await lived(chain, laptop(), steps=steps)
    [device] = await devices_of(chain, donation["id"])
    if steps == 2:
        withdrawn = {"device_id": device["id"], "reason": "other", "occurred_at": "2026-11-12T08:00:00Z"}
        await deliver(
            chain.database,
            chain.service,
            [incoming("refurbish.devices", "org.filiere.refurbish.device-withdrawn.v1", device["id"], withdrawn)],
        )
    page = await sheet_of(chain, device["label"])
    assert ("n'est pas réemployable" in page) is (steps == 2)
    assert "CO2e" not in page
    assert (await chain.get(f"/passports/{device['label']}"))["avoided"] is None


async def test_whoever_has_it_reads_nowhere_whether_somebody_has_it(chain: Chain) -> None:
    """Labels stand in papers that links open: by their sheets nobody counts who was handed one."""
    said, told = set(), set()
    for steps in range(len(STORY) + 1):
        donation = await lived(chain, laptop(serial=f"5CG8472QX{steps}"), steps=steps)
        [device] = await devices_of(chain, donation["id"])
        if device["stage"] in REUSED:
            api = await chain.get(f"/passports/{device['label']}")
            told.add((device["stage"], api["stage"]))
            said.add((await sheet_of(chain, device["label"])).replace(device["label"], ""))
    assert {stage for stage, _ in told} >= {"ready", "handed_over"}
    assert {stage for _, stage in told} == {"ready"}
    assert len(said) == 1


async def test_the_page_weighs_less_than_fifty_kilobytes_and_needs_no_script(chain: Chain) -> None:
    donation = await lived(chain, laptop(), {"category": "monitor"}, {"category": "smartphone"})
    async with stranger(chain) as anybody:
        for device in await devices_of(chain, donation["id"]):
            page = await anybody.get(f"/fiche/{device['label']}")
            loaded = re.findall(r'(?:src|href)="([^"]*/static/[^"]+)"', page.text)
            weight = len(page.content) + sum([len((await anybody.get(one)).content) for one in loaded])
            assert weight < MOST_BYTES
            assert "<script" not in page.text


async def test_a_donor_is_named_only_when_it_wishes_so(chain: Chain) -> None:
    donation = await lived(chain, laptop())
    [device] = await devices_of(chain, donation["id"])
    assert "Donné par" not in await sheet_of(chain, device["label"])
    wished = await chain.donor.put(f"/api/v1/donors/{chain.donor_id}/wishes", json={"named_on_sheets": True})
    assert wished.status_code == 200
    assert "Donné par Société d'exemple." in await sheet_of(chain, device["label"])
    browser = await chain.client.login("camille")
    home = f"/donateurs/{chain.donor_id}"
    from .test_pages import press

    assert "ne lit pas qui l" in (await press(browser, home, f"{home}/souhaits", {})).text
    assert "Donné par" not in await sheet_of(chain, device["label"])


async def test_its_donor_is_led_to_its_history_and_what_is_not_ready_says_so(chain: Chain) -> None:
    donation = await lived(chain, laptop(), steps=1)
    [device] = await devices_of(chain, donation["id"])
    assert "en cours de reconditionnement" in await sheet_of(chain, device["label"])
    browser = await chain.client.login("camille")
    assert (await browser.get(f"/fiche/{device['label']}")).url.path == f"/equipements/{device['label']}"
    async with stranger(chain) as anybody:
        assert (await anybody.get("/fiche/FIL-00000-0")).status_code == 404
        assert (await anybody.get("/fiche/x%22%3E")).status_code == 404
