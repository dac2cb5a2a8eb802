"""The donor's people agree with a workshop's count by the link in their letter, without an account."""

import re
from email.message import EmailMessage
from uuid import uuid4

from collect.news.kinds import COUNT_LINK
from filiere.links.tokens import LinkSigner
from filiere.settings import Settings
from filiere.testing.mail_server import MailServer, mail_server
from filiere.testing.sql import rows, value

from .chain import Chain, laptop
from .test_appeals import plain
from .test_news import delivered, text
from .test_pages import press, token
from .told_stories import devices_of


async def counted(chain: Chain, *, of: int = 3, missing: int = 1) -> tuple[str, list[str]]:
    """(lot, its devices) of which so many were not there."""
    donation, lot = await chain.sent({**laptop(), "quantity": of})
    devices = [one["id"] for one in await devices_of(chain, donation["id"])]
    await count(chain, lot, devices[:missing])
    return lot, devices


async def count(chain: Chain, lot: str, missing: list[str], surplus: tuple[str, ...] = ()) -> None:
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=missing, surplus=list(surplus))


async def letters(chain: Chain, settings: Settings, server: MailServer) -> list[EmailMessage]:
    """Those that ask for an agreement."""
    return [one for one in await delivered(chain, settings, server) if "/comptes/" in text(one)]


def address(letter: EmailMessage) -> str:
    found = re.search(r"http://testserver(/comptes/\S+)", text(letter))
    assert found, text(letter)
    return found[1]


async def confirmed(chain: Chain, lot: str) -> bool:
    return (await chain.get(f"/lots/{lot}"))["confirmed_at"] is not None


async def test_one_click_confirms_without_an_account_and_looking_does_not(chain: Chain, settings: Settings) -> None:
    async with mail_server() as server:
        lot, devices = await counted(chain)
        (letter,) = await letters(chain, settings, server)
    assert letter["to"] == "camille@exemple.fr"
    assert "1 équipement manque sur 3" in text(letter)
    stranger, page = chain.client.anonymous(), address(letter)
    seen = await stranger.get(page)
    for _ in range(3):  # a mail scanner
        assert (await chain.client.anonymous().get(page)).status_code == 200
        assert (await chain.client.anonymous().head(page)).status_code in (200, 405)
    assert not await confirmed(chain, lot)
    gone = await chain.get(f"/devices/{devices[0]}")
    assert gone["label"] in seen.text
    assert re.search(r"Remis.*3.*Comptés.*2.*Manquants.*1", plain(seen), re.DOTALL)
    assert seen.headers["x-robots-tag"] == "noindex, nofollow"
    assert "Camille" not in seen.text
    assert "Martin" not in seen.text
    mark = re.search(r'name="count" value="([^"]+)"', seen.text)
    assert mark
    form = {"csrf_token": token(await stranger.get(page)), "count": mark[1]}
    for _ in range(2):  # a double click
        done = await stranger.post(page, data=form, follow_redirects=True)
        assert "C'est confirmé" in done.text.replace("&#39;", "'")
    assert await confirmed(chain, lot)
    notes = await rows(
        chain.database, "SELECT object, actor, actor_name, details FROM journal WHERE verb = 'confirmed'"
    )
    assert sorted(one["object"] for one in notes) == ["donation", "lot"]
    assert {one["actor"] for one in notes} == {None}
    browser = await chain.client.login("camille")
    assert "confirmé par le donateur, par le lien" in (await browser.get(f"/lots/{lot}")).text
    assert "Il n'y a plus rien à faire" in (await stranger.get(page)).text.replace("&#39;", "'")


async def test_no_letter_kept_holds_what_opens_its_link(chain: Chain, settings: Settings) -> None:
    await counted(chain)
    kept = await value(chain.database, "SELECT page FROM mail WHERE kind = 'lot-counted'")
    link = await value(chain.database, "SELECT id FROM link")
    assert kept == f"/comptes/{link}"
    stranger = chain.client.anonymous()
    for wrong in (str(link), LinkSigner(settings, "collect", "donation-proof").token(link)):
        assert (await stranger.get(f"/comptes/{wrong}")).status_code == 404
    assert (
        await stranger.get(f"/comptes/{LinkSigner(settings, 'collect', COUNT_LINK).token(link)}")
    ).status_code == 200


async def test_a_count_that_says_the_same_once_more_asks_nothing_and_one_that_heals_asks_again(
    chain: Chain, settings: Settings
) -> None:
    async with mail_server() as server:
        lot, devices = await counted(chain, missing=2)
        (first,) = await letters(chain, settings, server)
        stranger, page = chain.client.anonymous(), address(first)
        before = re.search(r'name="count" value="([^"]+)"', (await stranger.get(page)).text)
        assert before
        await press(stranger, page, page, {"count": before[1]})
        await count(chain, lot, devices[:2])
        assert await letters(chain, settings, server) == []
        assert await confirmed(chain, lot)
        await count(chain, lot, devices[1:3])  # as many, but others
        assert len(await letters(chain, settings, server)) == 1
        await count(chain, lot, [], ("FIL-X",))
        (healed,) = await letters(chain, settings, server)
    assert "a changé" in healed["subject"]
    assert "Il en manquait 2" in text(healed)
    assert "Rien ne manque : 3 sur 3" in text(healed)
    assert "1 est en trop" in text(healed)
    assert not await confirmed(chain, lot)
    stale = await press(stranger, page, page, {"count": before[1]})  # a page that was open all the while
    assert stale.status_code == 422
    assert "a changé son compte entre-temps" in stale.text
    assert not await confirmed(chain, lot)
    now = re.search(r'name="count" value="([^"]+)"', stale.text)
    assert now
    await press(stranger, address(healed), address(healed), {"count": now[1]})
    assert await confirmed(chain, lot)


async def test_a_count_in_parts_is_asked_about_once_it_is_whole(chain: Chain, settings: Settings) -> None:
    donation, lot = await chain.sent({**laptop(), "quantity": 3})
    devices = [one["id"] for one in await devices_of(chain, donation["id"])]
    async with mail_server() as server:
        for number in (1, 2):
            part = {"missing": [devices[number]], "chunk": number, "chunks": 2}
            await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, **part)
            told = await letters(chain, settings, server)
            assert len(told) == number - 1
    assert "2 équipements manquent sur 3" in text(told[0])


async def test_whoever_confirms_otherwise_ends_the_link(chain: Chain, settings: Settings) -> None:
    async with mail_server() as server:
        lot, _ = await counted(chain)
        (letter,) = await letters(chain, settings, server)
    stranger, page = chain.client.anonymous(), address(letter)
    form = {"csrf_token": token(await stranger.get(page))}
    assert (await chain.donor.post(f"/api/v1/lots/{lot}/confirm")).status_code == 200
    closed = await stranger.get(page)
    assert closed.status_code == 404
    assert "confirmé autrement" in closed.text
    assert (await stranger.post(page, data={**form, "count": "x"})).status_code == 404


async def test_a_page_that_was_open_for_long_is_given_again_and_confirms_nothing(
    chain: Chain, settings: Settings
) -> None:
    async with mail_server() as server:
        lot, _ = await counted(chain)
        (letter,) = await letters(chain, settings, server)
    stranger, page = chain.client.anonymous(), address(letter)
    mark = re.search(r'name="count" value="([^"]+)"', (await stranger.get(page)).text)
    assert mark
    old = {"csrf_token": "old", "count": mark[1]}
    late = await stranger.post(page, data=old, headers={"sec-fetch-site": "same-origin"})
    assert late.status_code == 403
    assert "ouverte depuis longtemps" in late.text
    assert "Reconnectez-vous" not in late.text
    assert not await confirmed(chain, lot)
    fresh = {"csrf_token": token(late), "count": mark[1]}
    assert (await stranger.post(page, data=fresh, follow_redirects=True)).status_code == 200
    assert await confirmed(chain, lot)


async def test_an_expired_link_opens_nothing_and_the_coordination_sends_another(
    chain: Chain, settings: Settings
) -> None:
    async with mail_server() as server:
        lot, _ = await counted(chain)
        (first,) = await letters(chain, settings, server)
        hers = await chain.client.login("nadia")
        early = await press(hers, f"/lots/{lot}", f"/lots/{lot}/demander-confirmation")
        assert "laissez-leur une heure" in early.text
        await rows(chain.database, "UPDATE link SET created_at = now() - '2 d'::interval, expires_at = now()")
        assert (await chain.client.anonymous().get(address(first))).status_code == 404
        await press(hers, f"/lots/{lot}", f"/lots/{lot}/demander-confirmation")
        (second,) = await letters(chain, settings, server)
    assert (await chain.client.anonymous().get(address(second))).status_code == 200
    assert address(first) != address(second)


async def test_a_donor_revokes_the_link_and_another_donor_cannot(chain: Chain, settings: Settings) -> None:
    async with mail_server() as server:
        lot, _ = await counted(chain)
        (letter,) = await letters(chain, settings, server)
    await chain.client.grant("other", "donor", uuid4())
    other = await chain.client.login("other")
    assert (await press(other, "/besoins", f"/lots/{lot}/liens/revoquer")).status_code == 404
    browser = await chain.client.login("camille")
    shown = await press(browser, f"/lots/{lot}", f"/lots/{lot}/liens/revoquer")
    assert "Les liens des courriels n" in shown.text
    assert (await chain.client.anonymous().get(address(letter))).status_code == 404


async def test_who_wanted_no_letter_of_counts_gets_none(chain: Chain, settings: Settings) -> None:
    async with mail_server() as server:
        _, lot = await chain.sent(laptop())
        await delivered(chain, settings, server)
        await rows(chain.database, "UPDATE mail_reader SET switched_off = '{lot-counted}'")
        await count(chain, lot, [])
        assert await letters(chain, settings, server) == []
    assert await value(chain.database, "SELECT count(*) FROM link") == 1  # the page of the lot shows it, may revoke it
