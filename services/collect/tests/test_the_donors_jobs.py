"""The jobs of a donor's IT in a real browser, on a phone, with what they cost in clicks and typed fields."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in
from filiere.testing.events import published

from .chain import Chain

if TYPE_CHECKING:
    from playwright.async_api import Page

FAULTY = 12
# Seconds of a practised person (keystroke-level model): a click with its aim, a short field with its tab.
CLICK_S, FIELD_S = 2.0, 4.0


@dataclass
class Hand:
    """What a person does, counted."""

    tab: "Page"
    clicks: int = 0
    fields: int = 0

    @property
    def seconds(self) -> float:
        return self.clicks * CLICK_S + self.fields * FIELD_S

    async def press(self, name: str) -> None:
        self.clicks += 1
        async with self.tab.expect_navigation():
            await self.tab.get_by_role("button", name=name).click()

    async def choose(self, field: str, value: str) -> None:
        self.clicks += 1
        await self.tab.select_option(f"#f-{field}", value)

    async def type(self, field: str, text: str) -> None:
        self.fields += len(text.split("\n"))
        await self.tab.fill(f"#f-{field}", text)


async def said(tab: "Page", where: str = "main") -> str:
    return (await tab.inner_text(where)).replace("\u00a0", " ").replace("\u202f", " ")


async def looked_at(tab: "Page") -> None:
    await assert_accessible(tab)
    assert await beyond_the_edge(tab) == []


@pytest.mark.slow
@pytest.mark.browser
async def test_a_file_with_twelve_faulty_rows_is_corrected_in_one_declaration(
    tab: "Page", live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, "camille")
    rows = [f"Portable;HP;EliteBook 840;SN{n:04d}AX;{2005 if n < FAULTY else 2021};8" for n in range(60)]
    content = "\n".join(["Type;Marque;Modèle;N° de série;Année;RAM (Go)", *rows])
    await tab.goto(f"{address}/dons/nouveau")
    hand = Hand(tab, clicks=1)
    await tab.set_input_files("#f-file", {"name": "parc.csv", "mimeType": "text/csv", "buffer": content.encode()})
    await hand.press("Voir l'aperçu")
    read = "48 lignes acceptées sur 60, et voici pourquoi 12 ne le sont pas"
    await tab.get_by_role("heading", name=read).wait_for()  # the file is sent by script, which then leads there
    await hand.press("Corriger 12 lignes ici")
    await looked_at(tab)
    for n in range(1, FAULTY + 1):
        await hand.type(f"year-{n}", "2020")
    await hand.press("Enregistrer")
    assert "envoyez 60 équipements" in await said(tab)
    await looked_at(tab)
    await hand.press("Envoyer la déclaration")
    assert "est envoyé" in await said(tab, "body")
    (event,) = await published(chain.database, "donation-declared")
    assert (event.data["devices"], event.data["lines"]) == (60, 60)
    assert (hand.clicks, hand.fields) == (5, 12)
    assert hand.seconds <= 90


@pytest.mark.slow
@pytest.mark.browser
async def test_twelve_devices_by_hand_are_one_line_and_their_numbers(
    tab: "Page", live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/nouveau/lignes")
    await looked_at(tab)
    await tab.fill("#f-model-1", "EliteBook 840 G5")
    await tab.press("#f-model-1", "Enter")  # by mistake
    await tab.wait_for_load_state()
    assert await tab.input_value("#f-model-1") == "EliteBook 840 G5"
    assert (await chain.get("/donations"))["total"] == 0
    await tab.goto(f"{address}/dons/nouveau/lignes")
    form, hand = tab.url, Hand(tab)
    await hand.choose("category-1", "laptop")
    told = {"manufacturer": "HP", "model": "EliteBook 840 G5", "year": "2021", "ram_gb": "8", "storage_gb": "256"}
    for name, text in told.items():
        await hand.type(f"{name}-1", text)
    await hand.type("serial-1", "\n".join(f"5CG84720{n:02d}" for n in range(12)))
    await hand.press("Voir l'aperçu")
    assert "envoyez 12 équipements" in await said(tab)
    await looked_at(tab)
    await hand.press("Envoyer la déclaration")
    sent = tab.url
    await tab.goto(form)  # what « back » asks for: the form has become this donation
    assert tab.url == sent
    assert len(await published(chain.database, "donation-declared")) == 1
    assert (await chain.get("/donations"))["total"] == 1
    assert (hand.clicks, hand.fields) == (3, 17)
    assert hand.seconds <= 90


@pytest.mark.slow
@pytest.mark.browser
async def test_a_table_pasted_into_any_field_is_read_as_a_file(
    tab: "Page", live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/nouveau/lignes")
    table = "Type\\tMarque\\tModèle\\tN° de série\\n" + "".join(
        f"Portable\\tHP\\t840\\tSN{n:04d}AX\\n" for n in range(12)
    )
    await tab.evaluate(
        f"""() => {{
            const data = new DataTransfer();
            data.setData("text/plain", "{table}");
            const field = document.querySelector("#f-model-1");
            field.dispatchEvent(new ClipboardEvent("paste", {{clipboardData: data, bubbles: true, cancelable: true}}));
        }}"""
    )
    hand = Hand(tab)
    await hand.press("Voir l'aperçu")
    await hand.press("Envoyer la déclaration")
    (event,) = await published(chain.database, "donation-declared")
    assert event.data["devices"] == 12
    assert hand.clicks == 2
