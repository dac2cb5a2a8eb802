"""What donors prepare: the coordination's words, versioned, on the page, in the letter and on the manifest."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

from collect.jobs import HANDLERS
from collect.packing.schemas import FIRST, MOST
from filiere.calendar import today
from filiere.jobs.running import do_next
from filiere.settings import Settings
from filiere.testing.mail_server import mail_server
from filiere.testing.sql import value

from .chain import Chain, laptop
from .test_appeals import plain
from .test_documents import text_of
from .test_news import delivered, text
from .test_pages import press

NEW = {"french": "Ôtez les sacoches.\nGardez les chargeurs.", "english": "Take the bags off.\nKeep the chargers."}


async def test_new_words_are_read_on_the_page_in_the_letter_and_on_the_manifest(
    chain: Chain, settings: Settings, tmp_path: Path
) -> None:
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    page, donor = f"/dons/{donation['id']}", await chain.client.login("camille")
    assert FIRST.french[0] in (await donor.get(page)).text
    assert FIRST.english[0] in (await donor.get(f"{page}?lang=en")).text
    hers = await chain.client.login("nadia")
    saved = await press(hers, "/consignes", "/consignes", {**NEW, "based_on": "0"})
    assert "Version 1" in plain(saved)
    seen = (await donor.get(f"{page}?lang=fr")).text
    assert "Ôtez les sacoches." in seen
    assert FIRST.french[0] not in seen
    assert "Take the bags off." in (await donor.get(f"{page}?lang=en")).text
    async with mail_server() as server:
        await delivered(chain, settings, server)
        on = (today() + timedelta(days=7)).isoformat()
        await chain.do(f"/donations/{donation['id']}/pickup", {"on": on, "word": "Convenu."})
        (letter,) = await delivered(chain, settings, server)
    assert "- Ôtez les sacoches.\n- Gardez les chargeurs." in text(letter).replace("\r\n", "\n")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    assert "Ôtez les sacoches." in await manifest(chain, lot, tmp_path)
    await press(
        hers, "/consignes", "/consignes", {"french": "Une seule chose.", "english": "One thing.", "based_on": "1"}
    )
    assert "Une seule chose." in await manifest(chain, lot, tmp_path)  # what was printed before is not offered any more


async def manifest(chain: Chain, lot: str, folder: Path) -> str:
    browser = await chain.client.login("nadia")
    assert "Manifeste (PDF)" not in (await browser.get(f"/lots/{lot}")).text
    await press(browser, f"/lots/{lot}", f"/lots/{lot}/manifeste")
    while await do_next(chain.database, HANDLERS, asyncio.Event()):
        pass
    return text_of((await browser.get(f"/lots/{lot}/manifeste.pdf")).content, folder)


async def test_no_version_is_lost_and_an_older_one_is_taken_again(chain: Chain) -> None:
    hers, other = await chain.client.login("nadia"), await chain.client.login("nadia")
    await press(hers, "/consignes", "/consignes", {**NEW, "based_on": "0"})
    late = await press(
        other, "/consignes", "/consignes", {"french": "Autre chose.", "english": "Other.", "based_on": "0"}
    )
    assert late.status_code == 422
    assert "ont changé entre-temps" in late.text
    assert "Autre chose." in late.text  # nothing of what was typed is lost
    same = await press(hers, "/consignes", "/consignes", {**NEW, "based_on": "1"})
    assert "version 1" in plain(same)
    assert await value(chain.database, "SELECT count(*) FROM packing") == 1
    first = (await hers.get("/consignes?reprendre=0")).text
    area = re.search(r'name="french"[^>]*>([^<]*)<', first)
    assert area
    assert area[1].splitlines()[0] == FIRST.french[0]
    back = {"based_on": "1", "french": "\n".join(FIRST.french), "english": "\n".join(FIRST.english)}
    assert "version 2" in plain(await press(hers, "/consignes", "/consignes", back))
    assert (await chain.get("/packing"))["french"] == FIRST.french


async def test_what_cannot_be_a_list_of_sentences_is_refused_beside_its_field(chain: Chain) -> None:
    hers = await chain.client.login("nadia")
    for wrong in ("\n\n", "a", "x" * 201, "\n".join(["Une phrase."] * (MOST + 1))):
        refused = await press(hers, "/consignes", "/consignes", {**NEW, "french": wrong, "based_on": "0"})
        assert refused.status_code == 422, wrong
    fewer = await press(hers, "/consignes", "/consignes", {**NEW, "english": "Only one.", "based_on": "0"})
    assert fewer.status_code == 422
    assert "autant de phrases" in fewer.text
    hostile = {"english": "Hostile.", "french": "<script>alert(1)</script> {{ 7*7 }}", "based_on": "0"}
    shown = await press(hers, "/consignes", "/consignes", hostile)
    assert "<script>alert" not in shown.text
    assert "{{ 7*7 }}" in shown.text
    answer = await chain.donor.put("/api/v1/packing", json={"based_on": 1, "french": ["Non."], "english": ["No."]})
    assert answer.status_code == 403
