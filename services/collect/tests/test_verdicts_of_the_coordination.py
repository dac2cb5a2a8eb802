"""The coordination decides otherwise than the rules, row by row, with a reason; what is refused stays in sight."""

from typing import Any

from filiere.testing.events import published

from .chain import Chain, laptop
from .test_pages import press


async def declared(chain: Chain) -> dict[str, Any]:
    return await chain.declare(
        laptop(serial="5CG8472QX1"),
        laptop(year=2009, serial="5CG8472QX2", quantity=1),
        {"category": "laptop", "ram_gb": 2, "quantity": 3},
        laptop(serial="5CG8472QX1"),
        {"category": "machine à café"},
    )


async def decide(chain: Chain, donation: dict[str, Any], line: int, *, accepted: bool, status: int = 200) -> Any:
    body = {"accepted": accepted, "reason": "Vu ensemble au téléphone."}
    answer = await chain.coordinator.put(f"/api/v1/donations/{donation['id']}/lines/{line}/verdict", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_refused_row_is_accepted_and_an_accepted_one_refused_each_with_its_reason(chain: Chain) -> None:
    donation = await declared(chain)
    assert (donation["accepted"], donation["refused"]) == (1, 6)
    assert (await decide(chain, donation, 2, accepted=True))["accepted"] == 2
    changed = await decide(chain, donation, 1, accepted=False)
    assert (changed["accepted"], changed["refused"]) == (1, 6)
    lines = (await chain.get(f"/donations/{donation['id']}/lines"))["items"]
    assert [(one["verdict"], one["overruled"]) for one in lines[:2]] == [("refused", True), ("accepted", True)]
    assert {one["reason"] for one in lines[:2]} == {"Vu ensemble au téléphone."}
    assert "recyclage" in lines[2]["advice"]
    await chain.do(f"/donations/{donation['id']}/accept")
    devices = (await chain.get(f"/donations/{donation['id']}/devices"))["items"]
    assert [one["serial"] for one in devices] == ["5CG8472QX2"]
    (told,) = await published(chain.database, "donation-accepted")
    verdicts = {one["line"]: (one["accepted"], one["rule"]) for one in told.data["verdicts"]}
    assert verdicts[1] == (False, "coordinator")
    assert verdicts[2] == (True, None)


async def test_the_verdict_of_the_rules_comes_back(chain: Chain) -> None:
    donation = await declared(chain)
    before = (await chain.get(f"/donations/{donation['id']}/lines"))["items"]
    await decide(chain, donation, 2, accepted=True)
    await decide(chain, donation, 2, accepted=False)
    answer = await chain.coordinator.delete(f"/api/v1/donations/{donation['id']}/lines/2/verdict")
    assert answer.json()["accepted"] == 1
    assert (await chain.get(f"/donations/{donation['id']}/lines"))["items"] == before


async def test_no_decision_makes_two_devices_of_one_nor_a_device_of_nothing(chain: Chain) -> None:
    donation = await declared(chain)
    for line in (4, 5):
        refused = await decide(chain, donation, line, accepted=True, status=422)
        assert "double une autre" in refused["detail"].replace("\u00a0", " ")
    await decide(chain, donation, 99, accepted=True, status=422)
    lines = {"accept": [{"line": 4, "reason": "Si, si."}]}
    assert (await chain.do(f"/donations/{donation['id']}/accept", lines, status=422))["title"]
    await chain.do(f"/donations/{donation['id']}/accept", {"accept": [{"line": 3, "reason": "Pour les pièces."}]})
    assert (await chain.get(f"/donations/{donation['id']}"))["accepted"] == 4
    await decide(chain, donation, 3, accepted=False, status=409)


async def test_the_page_decides_row_by_row_and_the_refused_stay_in_sight(chain: Chain) -> None:
    donation = await declared(chain)
    browser = await chain.client.login("nadia")
    page = f"/dons/{donation['id']}/lignes"
    short = await press(browser, page, f"{page}/2/verdict", {"accepted": "true", "reason": ""})
    assert short.status_code == 422
    done = await press(browser, page, f"{page}/2/verdict?verdict=refused", {"accepted": "true", "reason": "Vu."})
    assert str(done.url).endswith("lignes?verdict=refused")
    assert "Ligne 2 acceptée" in done.text.replace("\u00a0", " ")
    await press(browser, page, f"{page}/2/retablir")
    await press(browser, f"/dons/{donation['id']}", f"/dons/{donation['id']}/accepter")
    mine = await chain.client.login("camille")
    seen = (await mine.get(f"{page}?verdict=refused")).text.replace("\u00a0", " ")
    assert "Trop ancien" in seen
    assert "recyclage" in seen
    assert "Accepter quand même" not in seen
    lines = (await mine.get(f"{page}.csv")).text.splitlines()
    assert len(lines) == 6
    devices = (await mine.get(f"/dons/{donation['id']}/equipements.csv")).text.splitlines()
    assert [row.split(";")[6] for row in devices[1:]] == ["À traiter", *["Non accepté"] * 6]
    assert (await press(mine, "/dons", f"{page}/1/verdict", {"reason": "Moi aussi"})).status_code == 403


async def test_no_line_of_a_donation_that_was_declined_is_shown_as_accepted(chain: Chain) -> None:
    donation = await declared(chain)
    browser = await chain.client.login("nadia")
    pages = (f"/dons/{donation['id']}", f"/dons/{donation['id']}/lignes", f"/dons/{donation['id']}/lignes.csv")
    for page in pages:
        assert "Acceptée" in (await browser.get(page)).text
    await decide(chain, donation, 2, accepted=True)
    await chain.do(f"/donations/{donation['id']}/decline", {"reason": "Nous ne pouvons pas venir en Corse."})
    for page in pages:
        shown = (await browser.get(page)).text
        assert "Acceptée" not in shown, page
        assert "Déclinée avec le don" in shown, page
        assert "Refusée" in shown, "what the rules refuse they refuse still, with the reason"
    assert "Décidé par la coordination" not in (await browser.get(pages[0])).text
    said = (await browser.get(pages[1])).text.replace("\u00a0", " ").replace("&#39;", "'")
    assert "Aucun équipement n'est accepté : le don est décliné." in said
    assert (await browser.get(f"{pages[1]}?verdict=accepted")).text.count("Déclinée avec le don") == 3, "and the filter"


async def test_a_withdrawn_donation_takes_its_lines_along(chain: Chain) -> None:
    donation = await declared(chain)
    answer = await chain.donor.post(f"/api/v1/donations/{donation['id']}/withdraw")
    assert answer.status_code == 200, answer.text
    browser = await chain.client.login("camille")
    shown = (await browser.get(f"/dons/{donation['id']}")).text
    assert "Retirée avec le don" in shown
    assert "Acceptée" not in shown
