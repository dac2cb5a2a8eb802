"""Who is let in: by a mailed link, once, for the account that they log in with; listed, last seen, and shown out."""

import re
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from filiere.mail.transports import transport_of
from filiere.settings import Settings
from filiere.testing.mail_server import mail_server
from filiere.testing.sql import rows, value

from .chain import Chain, register
from .test_news import delivered, press, text


async def invited(
    chain: Chain, settings: Settings, browser: httpx.AsyncClient, address: str = "zoe@volta.example"
) -> str:
    """The address of the link in the letter."""
    team = f"/equipe/{chain.donor_id}"
    async with mail_server() as server:
        answer = await press(browser, team, f"{team}/inviter", address=address)
        assert answer.status_code == 200, answer.text
        assert address in answer.text  # waits
        (message,) = await delivered(chain, settings, server)
    assert message["to"] == address
    assert message["list-unsubscribe"] is None
    found = re.search(r"http://testserver(/invitation/\S+)", text(message))
    assert found
    return found[1]


async def accepted(chain: Chain, link: str, subject: str) -> httpx.Response:
    """Open the link, log in from there, accept."""
    browser = chain.client.anonymous()
    opened = await browser.get(link)
    assert "Société d&#39;exemple" in opened.text
    login = re.search(r'class="btn" href="([^"]+next=[^"]+)"', opened.text)
    assert login
    leave = await browser.get(f"{login[1].replace('&amp;', '&')}&hint={subject}")
    async with httpx.AsyncClient(timeout=30) as outside:
        back = await outside.post(leave.headers["location"], data={"sub": subject})
    again = await browser.get(back.headers["location"])
    assert urlsplit(again.headers["location"]).path == link
    browser.follow_redirects = True
    return await press(browser, link, link)


async def test_an_address_is_taken_without_what_nobody_sees_of_it(chain: Chain) -> None:
    """As it is copied from a page or a mail; an address that holds more of it than that is none."""
    camille, team = await chain.client.login("camille"), f"/equipe/{chain.donor_id}"
    shown = (await press(camille, team, f"{team}/inviter", address="\u202azoe\u200b@volta.example\u202c")).text
    assert "zoe@volta.example" in shown
    assert not {"\u202a", "\u200b", "\u202c"} & {*shown}
    assert await value(chain.database, "SELECT address FROM invitation") == "zoe@volta.example"
    refused = await press(camille, team, f"{team}/inviter", address="\u202e\u200b@\u202c")
    assert refused.status_code == 422


async def test_a_colleague_is_invited_by_mail_and_let_in_once(chain: Chain, settings: Settings) -> None:
    link = await invited(chain, settings, await chain.client.login("camille"))
    assert "Bienvenue" in (await accepted(chain, link, "zoe")).text
    zoe = await chain.client.login("zoe")
    assert (await zoe.get("/dons")).status_code == 200
    seen = re.findall(r"<tr><td>.*?</tr>", (await zoe.get(f"/equipe/{chain.donor_id}")).text, re.DOTALL)
    assert any("zoe" in row and "<time" in row for row in seen), "each is listed with when they were last seen"
    other = await chain.client.login("eve")
    assert (await other.get(link)).status_code == 409
    assert (await other.get("/dons")).status_code == 403
    assert await value(chain.database, "SELECT count(*) FROM mail WHERE page <> ''") == 0  # no link is kept


@pytest.mark.parametrize("end", ["taken back", "too old", "invited again"])
async def test_a_link_ends(chain: Chain, settings: Settings, end: str) -> None:
    camille = await chain.client.login("camille")
    link = await invited(chain, settings, camille)
    team = f"/equipe/{chain.donor_id}"
    if end == "taken back":
        which = await value(chain.database, "SELECT id FROM invitation")
        await press(camille, team, f"{team}/invitations/{which}/annuler")
    elif end == "too old":
        await rows(chain.database, "UPDATE invitation SET expires_at = now()")
    else:
        await invited(chain, settings, camille)
    assert (await chain.client.anonymous().get(link)).status_code == 409


async def test_who_is_removed_is_out_at_once(chain: Chain, settings: Settings) -> None:
    await chain.client.login("zoe")
    await chain.client.grant("zoe", "donor", chain.donor_id)
    zoe, camille = await chain.client.login("zoe"), await chain.client.login("camille")
    team = f"/equipe/{chain.donor_id}"
    assert "zoe" in (await camille.get(team)).text
    assert (await zoe.get("/dons")).status_code == 200
    assert (await press(camille, team, f"{team}/retirer", subject="camille")).status_code == 409
    await press(camille, team, f"{team}/retirer", subject="zoe")
    zoe.follow_redirects = False
    assert (await zoe.get("/dons")).headers["location"].startswith("/login")
    verbs = await rows(chain.database, "SELECT verb FROM journal WHERE object = 'donor' ORDER BY id")
    assert [row["verb"] for row in verbs] == ["registered", "member-removed"]


@pytest.mark.parametrize("address", ["zoe@volta.example", None])
async def test_who_was_never_invited_is_told_by_a_letter_where_an_address_is_known(
    chain: Chain, settings: Settings, address: str | None
) -> None:
    await chain.client.login("zoe")
    await chain.client.grant("zoe", "donor", chain.donor_id)
    await rows(chain.database, "UPDATE person SET address = $1 WHERE subject = 'zoe'", address)
    camille = await chain.client.login("camille")
    team = f"/equipe/{chain.donor_id}"
    async with mail_server() as server:
        done = (await press(camille, team, f"{team}/retirer", subject="zoe")).text.replace("&#39;", "'")
        assert ("Un courriel l'en prévient." in done) is (address is not None)
        assert ("Son adresse n'est pas connue ici" in done) is (address is None)
        if address is not None:
            (message,) = await delivered(chain, settings, server)
            assert message["to"] == address
            assert message["subject"] == "Votre accès à Société d'exemple est retiré"
            assert "demandez une nouvelle invitation" in text(message)


@pytest.mark.parametrize("what", [{"role": "donor"}, {}], ids=["one role", "everything"])
async def test_who_the_coordination_takes_off_is_told_too(
    chain: Chain, settings: Settings, what: dict[str, str]
) -> None:
    await chain.client.login("zoe")
    await chain.client.grant("zoe", "donor", chain.donor_id)
    await rows(chain.database, "UPDATE person SET address = 'zoe@volta.example' WHERE subject = 'zoe'")
    nadia = await chain.client.login("nadia")
    fields = {"subject": "zoe", **what, **({"organisation_id": chain.donor_id} if what else {})}
    async with mail_server() as server:
        for _again in range(2):  # nothing is there to take away the second time
            await press(nadia, "/acces", "/acces/retirer", **fields)
        (message,) = await delivered(chain, settings, server)
    assert message["to"] == "zoe@volta.example"
    assert message["subject"] == "Votre accès à Société d'exemple est retiré"


async def test_who_was_removed_is_told_so_and_whom_to_ask(chain: Chain, settings: Settings) -> None:
    camille = await chain.client.login("camille")
    link = await invited(chain, settings, camille)
    zoe = await chain.client.login("zoe")
    assert "a été retiré" not in (await zoe.get("/inscription")).text
    await press(zoe, link, link)
    team = f"/equipe/{chain.donor_id}"
    await press(camille, team, f"{team}/retirer", subject="zoe")
    again = await (await chain.client.login("zoe")).get("/", follow_redirects=True)
    assert again.url.path == "/inscription"
    name = await value(chain.database, "SELECT name FROM donor")
    said = again.text.replace("\u00a0", " ").replace("&#39;", "'")
    assert f"Votre accès à {name} a été retiré." in said
    assert f"demandez une nouvelle invitation à un responsable de {name}" in said
    assert "a été retiré" not in (await camille.get("/inscription")).text


async def test_a_teams_page_is_its_own_people_s(chain: Chain) -> None:
    other = await register(chain.coordinator, "552100554", name="Autre")
    camille = await chain.client.login("camille")
    assert (await camille.get(f"/equipe/{other['id']}")).status_code == 404
    assert (await camille.get("/equipe")).url.path == f"/equipe/{chain.donor_id}"
    nadia = await chain.client.login("nadia")
    assert (await nadia.get(f"/equipe/{other['id']}")).status_code == 200
    assert (await nadia.get("/equipe")).url.path == "/acces"


async def test_an_identifier_that_nobody_has_is_refused(chain: Chain) -> None:
    path = f"/api/v1/donors/{chain.donor_id}/members"
    answer = await chain.coordinator.post(path, json={"subject": "n'importe quoi", "role": "donor"})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("subject-unknown")
    await chain.client.known("zoe")
    assert (await chain.coordinator.post(path, json={"subject": "zoe", "role": "donor"})).status_code == 201


@pytest.mark.parametrize("address", ["", "zoe", "zoe@volta", "a@b.example\nBcc: c@d.example"])
async def test_a_wrong_address_is_said_beside_the_field(chain: Chain, address: str) -> None:
    camille = await chain.client.login("camille")
    team = f"/equipe/{chain.donor_id}"
    answer = await press(camille, team, f"{team}/inviter", address=address)
    assert answer.status_code == 422
    assert await value(chain.database, "SELECT count(*) FROM invitation") == 0


async def test_without_a_mail_server_the_link_is_shown_to_who_invites(chain: Chain, settings: Settings) -> None:
    assert transport_of(settings) is None
    camille = await chain.client.login("camille")
    team = f"/equipe/{chain.donor_id}"
    shown = (await press(camille, team, f"{team}/inviter", address="zoe@volta.example")).text
    link = re.search(r"http://testserver(/invitation/[\w-]+)", shown)
    assert link
    assert "Bienvenue" in (await accepted(chain, link[1], "zoe")).text


async def test_the_coordination_sees_everybody_and_makes_a_coordinator(chain: Chain) -> None:
    await chain.client.login("camille")
    nadia = await chain.client.login("nadia")
    page = (await nadia.get("/acces")).text
    assert "camille" in page
    assert f"/equipe/{chain.donor_id}" in page
    await press(nadia, "/acces", "/acces/confier", subject="camille")
    assert (await (await chain.client.login("camille")).get("/acces")).status_code == 200
    shown = await press(nadia, "/acces", "/equipe/coordination/inviter", address="zoe@coordination.example")
    assert "/invitation/" in shown.text
    assert (await press(nadia, "/acces", "/acces/confier", subject="nobody")).status_code == 422
    assert UUID(str(await value(chain.database, "SELECT id FROM invitation")))
