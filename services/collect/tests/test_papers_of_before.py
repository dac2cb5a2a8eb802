"""Papers of a release that did not keep whom they count: no link opens them, and the worker draws them again."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from collect.documents.for_links import ask_for_links
from collect.settings import CollectSettings
from filiere.testing.sql import rows, value

from .chain import Chain, laptop
from .test_documents import issue, lived, stranger, text_of, work
from .test_pages import press


async def linked(chain: Chain, donation: dict[str, Any]) -> str:
    """The path of a link to its proof, whose paper is drawn."""
    browser = await chain.client.login("camille")
    home = f"/dons/{donation['id']}"
    page = await press(browser, home, f"{home}/preuve", {})
    await work(chain)
    found = re.search(r'value="([^"]+/preuve/[^"]+)"', page.text)
    assert found
    return httpx.URL(found[1]).path


async def opened(chain: Chain, address: str) -> list[str]:
    """Numbers of the papers that a link opens."""
    async with stranger(chain) as anybody:
        return re.findall(rf'href="{address}/([^"]+)\.pdf"', (await anybody.get(address)).text)


async def as_before(chain: Chain) -> None:
    """Nothing is known of the papers, and what is drawn for links alone is not there."""
    made_for_links = "SELECT id FROM document WHERE subject LIKE 'proof:link:%'"
    await rows(chain.database, f"DELETE FROM document_content WHERE document_id IN ({made_for_links})")
    await rows(chain.database, f"DELETE FROM document WHERE id IN ({made_for_links})")
    await rows(chain.database, "UPDATE document SET few = NULL")
    await rows(chain.database, "DELETE FROM job")


@pytest.mark.parametrize("quantity", [1, 5])
async def test_what_a_link_opened_before_it_opens_again(
    chain: Chain, tmp_path: Path, settings: CollectSettings, quantity: int
) -> None:
    donation, other = await lived(chain, laptop(quantity=quantity)), await lived(chain, laptop())
    await issue(chain, donation["id"], "erasure")
    await issue(chain, donation["id"], "impact")
    await issue(chain, other["id"])  # nobody has a link to it
    address = await linked(chain, donation)
    before = await opened(chain, address)
    await as_before(chain)
    assert await opened(chain, address) == []
    assert await ask_for_links(chain.database, settings) == 3
    assert await ask_for_links(chain.database, settings) == 0, "asked for already"
    await work(chain)
    again = await opened(chain, address)
    assert len(again) == len(before)
    if quantity >= 5:
        assert again == before, "they say the same: they are the same papers"
    async with stranger(chain) as anybody:
        proof = next(one for one in again if one.startswith("PR-"))
        said = text_of((await anybody.get(f"{address}/{proof}.pdf")).content, tmp_path)
    assert ("version à partager" in said) is (quantity < 5)
    assert await value(chain.database, "SELECT count(*) FROM document WHERE few IS NULL") == 1, "the other's"
    await rows(chain.database, "DELETE FROM job")
    assert await ask_for_links(chain.database, settings) == 0, "it is known of each now"


async def test_a_link_that_is_closed_asks_for_nothing(chain: Chain, settings: CollectSettings) -> None:
    address = await linked(chain, await lived(chain, laptop(quantity=5)))
    await as_before(chain)
    await rows(chain.database, "UPDATE link SET revoked_at = now()")
    assert await ask_for_links(chain.database, settings) == 0
    async with stranger(chain) as anybody:
        assert (await anybody.get(address)).status_code in (404, 410)


async def test_what_cannot_be_drawn_is_not_asked_for_at_each_round(chain: Chain, settings: CollectSettings) -> None:
    donation = await lived(chain, laptop(quantity=5))
    await linked(chain, donation)
    await as_before(chain)
    await ask_for_links(chain.database, settings)
    await rows(chain.database, "UPDATE job SET state = 'failed', failure = 'Un document a au plus…', ended_at = now()")
    assert await ask_for_links(chain.database, settings) == 0
