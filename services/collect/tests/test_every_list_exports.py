"""Lists that had no download: who may act, letters, a team, what a tool was told, a draft's lines, what is wanted."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from .chain import Chain, laptop
from .receiver import receiving
from .test_members import accepted  # noqa: F401 - the same people
from .test_webhooks import send, told


async def sheet(browser: httpx.AsyncClient, path: str, **asked: str) -> list[dict[str, str]]:
    answer = await browser.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


async def test_who_may_act_is_found_by_words_and_leaves_as_a_sheet(chain: Chain) -> None:
    nadia = await chain.client.login("nadia")
    everybody = await sheet(nadia, "/acces/liste.csv")
    assert {one["Identifiant"] for one in everybody} == {"nadia", "camille"}
    by_name = {one["Identifiant"]: one for one in everybody}
    camille = by_name["camille"]
    assert (camille["Organisation"], camille["Rôle"]) == (
        "Société d'exemple",
        "Entreprise donatrice",
    )
    for words, found in (
        ("exemple société", {"camille"}),
        ("CAMILLE", {"camille"}),
        ("100%", set()),
        ("nad", {"nadia"}),
    ):
        assert {one["Identifiant"] for one in await sheet(nadia, "/acces/liste.csv", q=words)} == found
        page = (await nadia.get("/acces", params={"q": words})).text
        listed = page.partition("<tbody")[2].partition("</tbody>")[0]
        assert {who for who in ("nadia", "camille") if f"<code>{who}</code>" in listed} == found
    english = await sheet(nadia, "/acces/liste.csv", lang="en")
    assert {"Identifier", "Organisation", "Last seen"} <= english[0].keys()
    donor = await chain.client.login("camille")
    assert (await donor.get("/acces/liste.csv")).status_code == 403


async def test_letters_and_a_team_leave_as_sheets(chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="5CG8411ABC"))
    await chain.do(f"/donations/{donation['id']}/accept")
    nadia, camille = await chain.client.login("nadia"), await chain.client.login("camille")
    written = await sheet(nadia, "/courriels/liste.csv", sujet="donation-accepted")
    assert [(one["Courriel"], one["État"]) for one in written] == [("Votre don est accepté", "En attente")]
    team = await sheet(camille, f"/equipe/{chain.donor_id}/liste.csv")
    assert [one["Fonction"] for one in team] == ["Responsable"]
    eve = await chain.client.login("eve")
    assert (await eve.get(f"/equipe/{chain.donor_id}/liste.csv")).status_code == 403


async def test_what_a_tool_was_told_leaves_as_a_sheet(chain: Chain) -> None:
    async with receiving() as receiver:
        endpoint = await told(chain, receiver)
        donation = await chain.declare(laptop(serial="5CG8411ABC"))
        await chain.do(f"/donations/{donation['id']}/accept")
        await send(chain.database)
    camille = await chain.client.login("camille")
    log = await sheet(camille, f"/webhooks/{endpoint['id']}/messages.csv")
    assert [(one["État"], one["Envois"]) for one in log] == [("Reçu", "1")]
    assert json.loads(log[0]["Contenu"])["data"]["reference"] == donation["reference"]
    assert await sheet(camille, f"/webhooks/{endpoint['id']}/messages.csv", etat="given_up") == []


@pytest.mark.parametrize("shown", ["", "acceptees", "a-revoir"])
async def test_a_draft_leaves_and_comes_back_as_it_is(chain: Chain, shown: str) -> None:
    lines: list[dict[str, Any]] = [laptop(serial="5CG8411ABC", storage_gb=256), {"category": "tablet", "year": 2003}]
    draft = await chain.declare(*lines, draft=True)
    camille, nadia = await chain.client.login("camille"), await chain.client.login("nadia")
    path = f"/dons/{draft['id']}"
    rows = await sheet(camille, f"{path}/brouillon.csv", voir=shown)
    assert len(rows) == {"": 2, "acceptees": 1, "a-revoir": 1}[shown]
    assert (await nadia.get(f"{path}/brouillon.csv")).status_code == 404  # a draft is its donor's alone
    before = (await chain.get(f"/donations/{draft['id']}/lines"))["items"]
    content = (await camille.get(f"{path}/brouillon.csv?voir={shown}")).content
    again = await chain.donor.post(
        "/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files={"file": ("brouillon.csv", content)}
    )
    merged = await chain.donor.post(
        f"/api/v1/donations/imports/{again.json()['import_id']}/draft", json={"donation_id": draft["id"]}
    )
    assert merged.is_success, merged.text
    assert (await chain.get(f"/donations/{draft['id']}/lines"))["items"] == before


async def test_what_is_wanted_leaves_as_a_sheet_without_a_login_and_without_small_figures(chain: Chain) -> None:
    for category, territory, wanted in (("tablet", "59", 412), ("tablet", "75", 3), ("printer", "59", 4)):
        key = f"{category}:B:{territory}"
        said = {"category": category, "grade": "B", "territory": territory, "wanted": wanted}
        await chain.hear("distribute.demand", "demand-updated", key, **said)
    rows = await sheet(chain.client.anonymous(), "/besoins/liste.csv")
    figures = [one["Équipements attendus"] for one in rows]
    assert "4" not in figures
    assert "3" not in figures
    assert any(figure == "moins de 5" for figure in figures)
