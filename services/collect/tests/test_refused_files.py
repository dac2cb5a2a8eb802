"""A file that is refused leaves nothing: sent again it is refused again, and nobody ever declares a part of it."""

from collections.abc import Awaitable, Callable

import pytest
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from .chain import Chain, laptop
from .test_imports import preview
from .test_long_files import HEADER, send, work
from .test_pages import press

OPEN_FROM = 2_002
TABLES = ("fleet_import", "import_row", "donation", "donation_line", "outbox", "idempotency_key")


def with_an_open_quote(words: str = "") -> bytes:
    """2,500 rows, the quote of one of them never closed: what it swallows is longer than any cell may be."""
    lines = [f"Portable;HP;EliteBook 840 {words};SN{n:08d}X;{'x' * 250 if n >= 2000 else ''}\n" for n in range(2500)]
    lines[OPEN_FROM - 2] = lines[OPEN_FROM - 2].replace("EliteBook", '"EliteBook')
    return (HEADER + "".join(lines)).encode()


SHORT = with_an_open_quote()
LONG = with_an_open_quote("avec sa sacoche, son chargeur et sa souris sans fil")


async def kept(chain: Chain) -> dict[str, int]:
    return {table: await value(chain.database, f"SELECT count(*) FROM {table}") for table in TABLES}


async def by_the_api(chain: Chain) -> str:
    return str((await preview(chain, SHORT, status=422))["detail"])


async def by_the_page(chain: Chain) -> str:
    browser = await chain.client.login("camille")
    refused = await press(browser, "/dons/nouveau", "/dons/nouveau", files={"file": ("parc.csv", SHORT)})
    assert refused.status_code == 422
    return refused.text


async def by_the_worker(chain: Chain) -> str:
    asked = await send(chain, LONG)
    assert await work(chain)
    seen = await chain.get(f"/donations/imports/{asked['import_id']}")
    assert seen["status"] == "failed"
    await chain.donor.post(f"/api/v1/donations/imports/{asked['import_id']}/confirm")
    return str(seen["failure"])


@pytest.mark.parametrize("way", [by_the_api, by_the_page, by_the_worker])
async def test_a_file_refused_in_its_midst_is_refused_again_and_leaves_nothing(
    chain: Chain, way: Callable[[Chain], Awaitable[str]]
) -> None:
    for _ in range(2):
        assert f"La ligne {OPEN_FROM} n'est pas lisible" in (await way(chain)).replace("&#39;", "'")
        assert await kept(chain) == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize("by_page", [True, False])
async def test_a_preview_whose_confirmation_is_refused_stays_as_it_was(chain: Chain, by_page: bool) -> None:
    """Its rows were refused on the way to the refusal: of that nothing may stay, whatever answers."""
    seen = await preview(chain, HEADER + "Portable;HP;EliteBook 840;5CG8472QX1;\n")
    await chain.declare(laptop(serial="5CG8472QX1"))
    before = await kept(chain)
    path = f"/imports/{seen['import_id']}"
    for _ in range(2):
        if by_page:
            browser = await chain.client.login("camille")
            refused = await press(browser, path, f"{path}/confirmer")
            assert "il n'y a rien à déclarer" in refused.text.replace("&#39;", "'")
        else:
            assert (await chain.donor.post(f"/api/v1/donations{path}/confirm")).status_code == 409
        assert await kept(chain) == before
        [row] = await rows(chain.database, "SELECT i.status, i.accepted, r.verdict FROM fleet_import i, import_row r")
        assert tuple(row) == ("previewed", 1, "accepted")
    assert len(await published(chain.database, "donation-declared")) == 1
