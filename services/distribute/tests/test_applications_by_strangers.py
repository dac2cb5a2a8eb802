"""What a stranger may do with an application: learn nothing, fill nobody's letter box, keep nobody out."""

import asyncio
import re

import pytest
from distribute.applications import service
from distribute.applications.errors import (
    LetterSentLately,
    NoMoreLetters,
    NotOpen,
    TooManyApplications,
)
from distribute.applications.forgetting import forget_applications
from distribute.applications.schemas import StructureForm
from distribute.applications.service import MOST_LETTERS, MOST_OF_AN_ADDRESS
from distribute.networks import hashed_network
from distribute.news.kinds import APPLICATION_LINK, CHECK_LINK
from filiere.links.tokens import LinkSigner

from .applying import WHO, Applicant, id_of, seen, statuses
from .conftest import World
from .test_pages import submit, words


async def test_two_of_one_structure_are_told_and_never_two(world: World) -> None:
    first, second, third = Applicant(world), Applicant(world), Applicant(world)
    # What nobody has confirmed keeps nobody out.
    await first.begin(contact_email="stranger@elsewhere.example")
    await second.apply(contact_email="nadia@ccas.example")
    assert await statuses(world) == ["started", "sent"]
    alike = await third.begin(contact_email="other@ccas.example", number="552 100 554 00013")
    assert alike.status_code == 200, "an outsider learns nothing of who is known"
    assert "Étape 2 sur 5" in words(alike)
    await first.fill()
    (mail,) = await world.rows(
        "SELECT m.page FROM mail m JOIN mail_reader r ON r.id = m.reader_id WHERE r.address LIKE 'stranger%'"
    )
    signer = LinkSigner(world.client.settings, "distribute", CHECK_LINK)
    await submit(first.browser, f"/candidature/confirmer/{signer.token(id_of(mail['page']))}")
    late = await first.press("envoyer")
    assert "déjà" not in words(late)
    assert "répondu par courriel" in words(late)
    assert await statuses(world) == ["given_up", "sent", "started"]
    [(letter)] = await world.rows("SELECT data FROM mail WHERE kind = 'application-known'")
    assert letter["data"] == {}
    again = await submit(
        first.browser, "/devenir-relais", f"{first.address}/structure", **{**WHO, "number": "W481000009"}
    )
    assert NotOpen.title in words(again), "one application asks about one number"
    relais = await world.relais(siret="73282932000074")
    assert relais["siret"]
    known = Applicant(world)
    await known.apply(number="73282932000074", contact_email="c@relais.example")
    assert await statuses(world) == ["given_up", "sent", "started", "given_up"], "a Relais does not apply"


async def test_nobodys_letter_box_is_filled_and_no_letter_says_what_a_stranger_typed(world: World) -> None:
    for number in range(MOST_OF_AN_ADDRESS):
        assert (await Applicant(world).begin(name=f"Achetez {number}", number=f"W48100000{number}")).status_code == 200
    many = await Applicant(world).begin(number="W481000009")
    assert TooManyApplications.title in words(many)
    rows = await world.rows("SELECT data, page FROM mail")
    assert [row["data"] for row in rows] == [{}] * MOST_OF_AN_ADDRESS
    applicant = Applicant(world)
    await applicant.begin(contact_email="b@ccas.example")
    assert LetterSentLately.title in words(await applicant.press("courriel"))
    await world.rows("UPDATE application SET letter_at = now() - interval '11 minutes' RETURNING id")
    assert "Un nouveau courriel est parti" in words(await applicant.press("courriel"))


async def test_a_stranger_fills_nobodys_letter_box(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    later = "UPDATE application SET letter_at = now() - interval '11 minutes' RETURNING id"
    for _ in range(MOST_LETTERS - 1):
        await world.rows(later)
        assert "Un nouveau courriel est parti" in words(await applicant.press("courriel"))
    await world.rows(later)
    assert NoMoreLetters.title in words(await applicant.press("courriel"))
    victim = {**WHO, "contact_email": "victime@ccas.example"}
    for number in range(MOST_OF_AN_ADDRESS + 1):
        another = Applicant(world)
        await another.begin(contact_email=f"moi{number}@ccas.example")
        await world.rows(later)
        answer = await submit(another.browser, f"{another.address}/structure", **victim)
        assert (TooManyApplications.title in words(answer)) == (number == MOST_OF_AN_ADDRESS)
    [written] = await world.rows(
        "SELECT count(*) FROM mail m JOIN mail_reader r ON r.id = m.reader_id WHERE r.address LIKE 'victime%'"
    )
    assert written["count"] == MOST_OF_AN_ADDRESS


async def test_a_guess_and_the_link_of_another_purpose_open_nothing(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    token = applicant.address.rpartition("/")[2]
    for address in (f"/candidature/confirmer/{token}", f"/candidature/{await applicant.letter()}",
                    f"/candidature/{token[:-1]}{chr(66 - (token[-1] == chr(66)))}", "/candidature/x/lieu"):  # fmt: skip
        assert (await applicant.browser.get(address)).status_code == 404, address
    shown = await applicant.browser.get(applicant.address)
    assert shown.headers["referrer-policy"] == "same-origin"
    assert "noindex" in shown.headers["x-robots-tag"]
    assert "no-store" in shown.headers["cache-control"]
    assert await applicant.letter() not in shown.text, "who follows it does not hold what proves the address"
    stale = await applicant.browser.post(f"{applicant.address}/abandonner", data={"csrf_token": "x"})
    assert stale.status_code == 403
    assert await statuses(world) == ["started"]
    assert "abandonnée" in words(await applicant.press("abandonner"))
    assert await statuses(world) == ["given_up"]


def test_the_two_links_have_keys_of_their_own() -> None:
    assert re.fullmatch(r"[a-z-]+", APPLICATION_LINK)
    assert APPLICATION_LINK != CHECK_LINK


async def test_what_a_stranger_types_is_text_on_every_page(world: World) -> None:
    hostile = "<script>alert(1)</script>\"'{{7*7}}"
    applicant = Applicant(world)
    await applicant.apply(name=hostile, contact_name=hostile)
    (row,) = await world.rows("SELECT id FROM application")
    camille = await world.client.login("camille")
    for browser, page in (
        (applicant.browser, applicant.address),
        (applicant.browser, f"{applicant.address}/structure"),
        (camille, "/candidatures"),
        (camille, f"/candidatures/{row['id']}"),
    ):
        shown = (await browser.get(page)).text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)" in shown


async def test_of_many_of_one_structure_sent_at_once_one_counts(world: World) -> None:
    applicants = [Applicant(world) for _ in range(6)]
    for place, applicant in enumerate(applicants):
        await applicant.begin(contact_email=f"someone{place}@ccas.example")
        await applicant.fill()
    await world.rows("UPDATE application SET checked_at = now() RETURNING id")
    answers = await asyncio.gather(*(applicant.press("envoyer") for applicant in applicants))
    assert all(answer.status_code in (200, 422) for answer in answers)
    assert sorted(await statuses(world)) == ["given_up"] * 5 + ["sent"]
    camille = await world.client.login("camille")
    (row,) = await world.rows("SELECT id FROM application WHERE status = 'sent'")
    page = f"/candidatures/{row['id']}"
    read = await seen(camille, page)
    both = await asyncio.gather(*(submit(camille, page, f"{page}/accepter", seen=read) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 409]
    assert len(await world.rows("SELECT 1 FROM relais")) == 1


async def test_a_number_that_is_changed_after_it_was_sent_is_sent_anew(world: World) -> None:
    applicant = Applicant(world)
    await applicant.apply()
    await world.relais(siret="73282932000074")
    other = {**WHO, "number": "73282932000074"}
    corrected = await submit(applicant.browser, f"{applicant.address}/structure", **other)
    assert corrected.status_code == 200
    assert await statuses(world) == ["started"]
    assert "répondu par courriel" in words(await applicant.press("envoyer"))
    assert await statuses(world) == ["given_up"]


async def test_many_of_one_network_keep_nobody_else_out(world: World) -> None:
    here, there = (hashed_network(host, "a secret") for host in ("8.8.8.8", "9.9.9.9"))

    async def begin(number: int, network: str | None) -> None:
        said = {**WHO, "number": f"W4810{number:05d}", "contact_email": f"p{number}@ccas.example"}
        async with world.database.unit_of_work() as session:
            await service.begin(session, StructureForm.model_validate(said), network)

    for number in range(service.MOST_OF_A_NETWORK):
        await begin(number, here)
    with pytest.raises(TooManyApplications):
        await begin(100, here)
    await begin(101, there)
    await begin(102, None)
    await world.rows("UPDATE application SET created_at = now() - interval '2 days' RETURNING id")
    await forget_applications(world.database)
    assert await world.rows("SELECT 1 FROM application WHERE network IS NOT NULL") == []


def test_a_network_is_told_apart_and_never_kept_in_clear() -> None:
    same = {hashed_network(one, "a secret") for one in ("8.8.8.8", "8.8.8.9")}
    assert len(same) == 1
    assert hashed_network("2001:4860:4860::8888", "x") == hashed_network("2001:4860:4860:1::1", "x")
    assert hashed_network("8.8.8.8", "x") != hashed_network("8.8.9.8", "x")
    for own in ("127.0.0.1", "10.0.0.3", "fd00::1", "testclient", ""):
        assert hashed_network(own, "x") is None
