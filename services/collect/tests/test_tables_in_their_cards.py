"""A table beside what is to be done stays in its card on narrower desks: it once covered the buttons."""

from typing import TYPE_CHECKING

import pytest
from filiere.settings import Settings
from filiere.testing.browser import Live, beyond_their_cards, log_in

from .chain import Chain
from .drafting import FAULTY, drafted

if TYPE_CHECKING:
    from playwright.async_api import Page

WIDTHS = (1280, 1200, 1101, 1100, 1000, 861)
TAGGED = "\n".join(
    f"{line};{'N° inventaire' if n == 0 else f'INV-2021-PARIS-{n:05}'}" for n, line in enumerate(FAULTY.splitlines())
)


@pytest.mark.slow
@pytest.mark.browser
async def test_no_table_runs_out_of_its_card(tab: "Page", live: Live, chain: Chain, settings: Settings) -> None:
    draft = await drafted(chain, TAGGED)
    address = await live(chain.service, settings)
    await log_in(tab, address, "camille")
    beyond: dict[str, list[str]] = {}
    for path in (f"/dons/{draft['donation_id']}", "/dons", f"/equipe/{chain.donor_id}"):
        await tab.goto(f"{address}{path}")
        for width in WIDTHS:
            await tab.set_viewport_size({"width": width, "height": 900})
            if found := await beyond_their_cards(tab):
                beyond[f"{path} at {width} px"] = found
    assert not beyond
