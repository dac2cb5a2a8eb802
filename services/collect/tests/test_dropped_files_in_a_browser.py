"""Files dropped where collect takes them, in a real browser, wide and on a phone: looked at before they are sent, sent
with their progress, and refused in words when they are sent all the same."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in
from filiere.testing.inventories import FILES
from filiere.testing.pdfs import pdf
from filiere.testing.sql import value

from .chain import Chain, laptop

File = tuple[str, str, bytes]
LIST = "Type;Marque;Modèle;Année;N° de série\nPortable;Dell;Latitude 5400;2021;{serial}\n"
MOST = 2 * 1024 * 1024


async def drop(tab: Any, files: Sequence[File], place: str = "[data-drop] .zone") -> None:
    """Drag these files over the place, and let them go there."""
    # What is large is large with nothing: only its first bytes travel to the page.
    listed = [(name, kind, content.rstrip(b"\0").decode(), len(content)) for name, kind, content in files]
    carried = await tab.evaluate_handle(
        """files => {
            const carried = new DataTransfer();
            for (const [name, type, text, size] of files) {
                const bytes = new Uint8Array(size);
                bytes.set(new TextEncoder().encode(text));
                carried.items.add(new File([bytes], name, { type }));
            }
            return carried;
        }""",
        listed,
    )
    for event in ("dragenter", "dragover"):
        await tab.dispatch_event(place, event, {"dataTransfer": carried})
    assert await tab.locator("[data-drop].over").count() == 1, "the target shows that it is one"
    await tab.dispatch_event(place, "drop", {"dataTransfer": carried})


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_a_list_is_dropped_and_its_preview_shown(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings, width: int
) -> None:
    address = await live(service, settings)
    await tab.set_viewport_size({"width": width, "height": 900})
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/nouveau")
    await tab.get_by_text("Fichiers à déposer ici, ou à choisir").wait_for()
    assert await beyond_the_edge(tab) == []
    await drop(tab, [("parc.csv", "text/csv", LIST.format(serial=f"5CG{width}").encode())])
    await tab.get_by_text("parc.csv ·").wait_for()
    await assert_accessible(tab)
    await tab.get_by_role("button", name="Voir l'aperçu").click()
    await tab.wait_for_url("**/imports/*")
    await tab.get_by_role("heading", level=1).wait_for()
    assert await value(chain.database, "SELECT count(*) FROM import_row") == 1
    assert await beyond_the_edge(tab) == []
    await assert_accessible(tab)
    await tab.go_back()
    await tab.wait_for_url("**/dons/nouveau")
    await tab.get_by_role("button", name="Voir l'aperçu").wait_for()


@pytest.mark.browser
async def test_inventories_of_several_machines_are_dropped_at_once(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/nouveau")
    machines = []
    for serial in ("5CG0001AAA", "5CG0002BBB", "5CG0003CCC"):
        content = json.loads(FILES["glpi"])
        content["content"]["bios"]["ssn"] = serial
        machines.append((f"{serial}.json", "application/json", json.dumps(content).encode()))
    await drop(tab, machines)
    await tab.get_by_text("5CG0003CCC.json ·").wait_for()
    await tab.get_by_role("button", name="Voir l'aperçu").click()
    await tab.wait_for_url("**/imports/*")
    await tab.get_by_text("3 fichiers.zip").first.wait_for()
    assert await value(chain.database, "SELECT count(*) FROM import_row") == 3
    await tab.goto(f"{address}/dons/nouveau")
    await drop(tab, [*machines[:1], ("parc.csv", "text/csv", b"Type;Marque\nPortable;Dell\n")])
    await tab.get_by_text("parc.csv se dépose seul.").wait_for()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_what_is_not_taken_is_said_beside_the_field_before_anything_is_sent(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings, width: int
) -> None:
    address = await live(service, settings.model_copy(update={"max_upload_bytes": MOST}))
    await tab.set_viewport_size({"width": width, "height": 900})
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/nouveau")
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    for file, sentence in (
        (("parc.csv", "text/csv", b"x" + bytes(MOST + 100_000)), "parc.csv pèse 2,2 Mo : 2 Mo au plus."),
        (("photo.gif", "image/gif", b"GIF89a"), "photo.gif n'est pas un fichier que nous lisons ici."),
        (("vide.csv", "text/csv", b""), "vide.csv est vide."),
    ):
        await drop(tab, [file])
        said = tab.locator("#f-file-error")
        await said.wait_for()
        assert " ".join((await said.inner_text()).split()) == sentence
        assert await tab.locator("#f-file").get_attribute("aria-invalid") == "true"
        await tab.get_by_role("button", name="Voir l'aperçu").click()
        assert await tab.evaluate("document.activeElement.id") == "f-file"
    await assert_accessible(tab)
    assert sent == []
    await drop(tab, [("parc.csv", "text/csv", LIST.format(serial="5CG9").encode())])
    assert await tab.locator("#f-file-error").is_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1200, 390])
async def test_photos_and_papers_are_dropped_on_a_donation(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings, width: int
) -> None:
    donation = (await chain.declare(laptop()))["id"]
    address = await live(service, settings)
    await tab.set_viewport_size({"width": width, "height": 900})
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/{donation}")
    await tab.get_by_text("Ajouter une photo ou un PDF").click()
    await assert_accessible(tab)
    papers = [(f"liste {n}.pdf", "application/pdf", pdf(bytes([n]) * 2000)) for n in (1, 2)]
    await drop(tab, papers)
    await tab.get_by_role("button", name="Ajouter", exact=True).click()
    await tab.get_by_text("2 pièces jointes sont ajoutées.").wait_for()
    assert await value(chain.database, "SELECT count(*) FROM donation_attachment") == 2
    await tab.get_by_text("Ajouter une photo ou un PDF").click()
    await drop(tab, [("gros.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(11_000_000))])
    await tab.get_by_text("10 Mo au plus.").first.wait_for()


@pytest.mark.browser
async def test_a_long_sending_tells_how_far_it_is(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/nouveau")
    lines = "".join(f"Portable;Dell;Latitude 5400;2021;5CG{n:07d}\n" for n in range(20_000))
    await drop(tab, [("parc.csv", "text/csv", (LIST.splitlines()[0] + "\n" + lines).encode())])
    slow = await tab.context.new_cdp_session(tab)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 400_000}
    await slow.send("Network.emulateNetworkConditions", limits)
    await tab.evaluate(
        """() => {
            window.told = [];
            const words = document.querySelector("[data-progress] [role=status]");
            new MutationObserver(() => window.told.push(words.textContent)).observe(words, { childList: true });
        }"""
    )
    await tab.get_by_role("button", name="Voir l'aperçu").click()
    await tab.locator("progress").wait_for()
    assert await tab.get_by_role("button", name="Voir l'aperçu").is_disabled()
    await tab.wait_for_url("**/imports/*")
    told = await tab.evaluate("window.told")
    assert len({said for said in told if said.startswith("Envoi")}) >= 2, told


@pytest.mark.browser
async def test_what_is_too_large_and_sent_all_the_same_is_answered_with_a_page(
    browser: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    """Without script nobody looks before: the ordinary field sends what it holds."""
    donation = (await chain.declare(laptop()))["id"]
    address = await live(service, settings)
    context = await browser.new_context(locale="fr-FR", java_script_enabled=False)
    tab = await context.new_page()
    await log_in(tab, address, "camille")
    large = {"name": "gros.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + bytes(26_000_000)}
    for page, button in ((f"/dons/{donation}", "Ajouter"), ("/dons/nouveau", "Voir l'aperçu")):
        await tab.goto(f"{address}{page}")
        if button == "Ajouter":
            await tab.get_by_text("Ajouter une photo ou un PDF").click()
        await tab.locator("input[type=file]").first.set_input_files([large])
        await tab.get_by_role("button", name=button, exact=True).click()
        await tab.get_by_role("heading", name="Le fichier est trop volumineux.").wait_for()
        assert "20 Mo au plus" in " ".join((await tab.inner_text("main")).split())
        await tab.get_by_role("link", name="Revenir à la page").click()
        await tab.wait_for_url(f"{address}{page}")
    await context.close()
