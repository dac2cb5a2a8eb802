"""A structure asks to be a Relais without an account: screen by screen, its address proven, answered once."""

import asyncio
import html
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from distribute.applications import service
from distribute.applications.diagnosis import Diagnosis, diagnosis_on
from distribute.applications.errors import (
    ChangedMeanwhile,
    LetterSentLately,
    NoMoreLetters,
    NotOpen,
    TooManyApplications,
)
from distribute.applications.forgetting import forget_applications
from distribute.applications.networks import hashed_network
from distribute.applications.schemas import StructureForm
from distribute.applications.service import MOST_LETTERS, MOST_OF_AN_ADDRESS
from distribute.applications.structure_number import StructureNumber, structure_number
from distribute.news.kinds import APPLICATION_LINK, CHECK_LINK
from filiere.calendar import clock_at, now, today
from filiere.identifiers import IdentifierError
from filiere.links.tokens import LinkSigner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from .conftest import World
from .test_pages import hidden, submit, words

SIRET = "55210055400013"
WHO = {
    "name": "CCAS de Florac",
    "number": SIRET,
    "contact_name": "Nadia Ferhat",
    "contact_email": "nadia@ccas.example",
}
PLACE = {"address": "2 rue du Pont", "postcode": "48400", "city": "Florac", "legal_form": "public_body"}
PEOPLE: Any = {"publics": ["seniors", "familles"], "people_supported": "60", "volunteers": "0", "may_sell": "false"}
ANSWERS = {
    "hosting": "flats",
    "wifi": "few",
    "staff_time": "some",
    "helpers": "no",
    "asked_for": "papers",
    "sell_or_give": "give",
    "outreach": "no",
    "own_machines": "fine",
}
NEEDS = {"smartphone": "3", "laptop": "3"}


class Applicant:
    """Somebody with a browser and a letter box, and no account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browser: httpx.AsyncClient = world.client.anonymous()
        self.browser.follow_redirects = True
        self.address = ""

    async def begin(self, **given: str) -> httpx.Response:
        answer = await submit(self.browser, "/devenir-relais", **{**WHO, **given})
        self.address = "/".join(answer.url.path.split("/")[:3])
        return answer

    async def fill(self) -> httpx.Response:
        for step, said in (
            ("lieu", PLACE),
            ("publics", PEOPLE),
            ("diagnostic", await self.answers()),
            ("besoins", NEEDS),
        ):
            answer = await submit(self.browser, f"{self.address}/{step}", **said)
            assert answer.status_code == 200, words(answer)
        return answer

    async def answers(self, **given: str) -> dict[str, str]:
        """To the questions of the day, as their page asks them."""
        version = diagnosis_on(today())
        said = {**ANSWERS, **given}
        fields = {f"q{number}": said[one.id] for number, one in enumerate(version.questions, 1)}
        return {"version": version.name, **fields}

    async def press(self, what: str, **said: Any) -> httpx.Response:
        return await submit(self.browser, self.address, f"{self.address}/{what}", **said)

    async def confirm(self) -> httpx.Response:
        link = f"/candidature/confirmer/{await self.letter()}"
        return await submit(self.browser, link)

    async def letter(self) -> str:
        """What stands in the newest letter to confirm."""
        (mail, *_) = await self.world.rows("SELECT page FROM mail WHERE kind = 'application-check' ORDER BY id DESC")
        signer = LinkSigner(self.world.client.settings, "distribute", CHECK_LINK)
        return signer.token(_id(mail["page"]))

    async def apply(self, **given: str) -> httpx.Response:
        await self.begin(**given)
        await self.fill()
        await self.confirm()
        return await self.press("envoyer")


async def seen(browser: httpx.AsyncClient, page: str) -> str:
    """What its form says of the application that is read; a moment of its own where it is answered."""
    found = re.search(r'name="seen" value="([^"]+)"', (await browser.get(page)).text)
    return html.unescape(found[1]) if found else "2026-01-01T00:00:00+00:00"


def _id(page: str) -> UUID:
    return UUID(page.rpartition("/")[2])


async def statuses(world: World) -> list[str]:
    return [row["status"] for row in await world.rows("SELECT status FROM application ORDER BY id")]


async def test_a_structure_applies_is_accepted_and_its_lead_is_invited(world: World) -> None:
    applicant = Applicant(world)
    first = await applicant.begin()
    assert "Où êtes-vous ?" in words(first)
    assert "Étape 2 sur 5" in words(first)
    filled = await applicant.fill()
    assert "Envoyer votre candidature" in words(filled)
    assert "Milieu rural" in words(filled), "the class of its commune, by geography"
    waits = await applicant.press("envoyer")
    assert "confirmez votre adresse" in words(waits)
    assert await statuses(world) == ["to_check"]
    camille = await world.client.login("camille")
    assert "Aucune candidature" in words(await camille.get("/candidatures")), "nothing counts before the address does"
    sent = await applicant.confirm()
    assert "Votre candidature est envoyée" in words(sent)
    listed = await camille.get("/candidatures", params={"statut": "waiting", "q": "florac"})
    assert "CCAS de Florac" in words(listed)
    (row,) = await world.rows("SELECT id FROM application")
    page = f"/candidatures/{row['id']}"
    shown = words(await camille.get(page))
    assert "nadia@ccas.example" in shown
    assert "Smartphones 3" in shown or "Smartphone 3" in shown
    done = await submit(camille, page, f"{page}/accepter", seen=await seen(camille, page))
    assert done.status_code == 200
    assert "Convention à signer" in words(done)
    (relais,) = (await world.read(world.coordinator, "/relais"))["items"]
    assert (relais["name"], relais["siret"], relais["territory"]) == ("CCAS de Florac", SIRET, "48")
    assert relais["may_receive_public_origin"] is False
    (invited,) = await world.rows("SELECT address, role, duty, organisation_id FROM invitation")
    assert (invited["address"], invited["role"], invited["duty"]) == ("nadia@ccas.example", "relais", "lead")
    assert str(invited["organisation_id"]) == relais["id"]
    assert "devient Relais Numérique" in words(await applicant.browser.get(applicant.address))
    again = await submit(camille, "/candidatures", f"{page}/accepter", seen=await seen(camille, page))
    assert again.status_code == 409
    verbs = [
        row["verb"] for row in await world.rows("SELECT verb FROM journal WHERE object = 'application' ORDER BY id")
    ]
    assert verbs == ["begun", "address-confirmed", "sent", "accepted"]


async def test_a_refusal_says_why_in_a_letter_and_on_the_link(world: World) -> None:
    applicant = Applicant(world)
    await applicant.apply()
    (row,) = await world.rows("SELECT id FROM application")
    api = f"/applications/{row['id']}"
    await world.call(world.coordinator, f"{api}/take-up", status=200)
    corrected = await submit(applicant.browser, "/devenir-relais", f"{applicant.address}/lieu", **PLACE)
    assert NotOpen.title in words(corrected)
    refused = await world.call(world.coordinator, f"{api}/refuse", {"reason": "Un Relais est déjà ouvert à Florac."})
    assert refused["status"] == "refused"
    assert "Un Relais est déjà ouvert à Florac." in words(await applicant.browser.get(applicant.address))
    (letter,) = await world.rows("SELECT data, page FROM mail WHERE kind = 'application-refused'")
    assert letter["data"]["reason"] == "Un Relais est déjà ouvert à Florac."
    await world.call(world.coordinator, f"{api}/accept", status=409)
    assert "Où êtes-vous" in words(await applicant.begin()), "a refused structure may apply again"


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
    await submit(first.browser, f"/candidature/confirmer/{signer.token(_id(mail['page']))}")
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


async def test_what_is_sent_again_from_a_page_that_the_browser_kept_corrects_what_was_begun(world: World) -> None:
    applicant = Applicant(world)
    first = (await applicant.browser.get("/devenir-relais")).text
    kept = {**WHO, "csrf_token": hidden(first)}
    await applicant.browser.post("/devenir-relais", data=kept)
    again = await applicant.browser.post("/devenir-relais", data={**kept, "name": "CCAS de Florac-Trois-Rivières"})
    assert "C'est corrigé." in words(again)
    assert "Où êtes-vous" in words(again)
    (row,) = await world.rows("SELECT name, letters FROM application")
    assert (row["name"], row["letters"]) == ("CCAS de Florac-Trois-Rivières", 1)


async def test_back_after_sending_leads_to_what_was_sent_and_another_structure_begins_anew(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    await applicant.fill()
    await applicant.press("envoyer")
    back = await applicant.browser.get("/devenir-relais")
    assert "Une candidature est déjà commencée ici" in words(back)
    assert f'href="{applicant.address}"' in back.text
    assert back.headers["cache-control"] == "private, no-store"
    other = {**WHO, "number": "W481000123", "contact_email": "autre@ccas.example", "another": "1"}
    fresh = (await applicant.browser.get("/devenir-relais?autre=1")).text
    assert 'name="another" value="1"' in fresh
    answer = await applicant.browser.post("/devenir-relais", data={**other, "csrf_token": hidden(fresh)})
    assert "Où êtes-vous" in words(answer)
    assert len(await world.rows("SELECT id FROM application")) == 2
    with clock_at(now() + timedelta(hours=2)):
        assert "Une candidature est déjà" not in words(await applicant.browser.get("/devenir-relais"))


async def test_another_address_is_confirmed_anew_before_it_counts_again(world: World) -> None:
    applicant = Applicant(world)
    await applicant.apply()
    await world.rows("UPDATE application SET letter_at = now() - interval '11 minutes' RETURNING id")
    first_letter = await applicant.letter()
    changed = {**WHO, "contact_email": "claire@ccas.example"}
    answer = await submit(applicant.browser, f"{applicant.address}/structure", **changed)
    assert "claire@ccas.example" in words(answer)
    assert await statuses(world) == ["to_check"]
    old = await applicant.browser.get(f"/candidature/confirmer/{first_letter}")
    assert old.status_code == 404, "the letter to one address proves no other"
    await applicant.confirm()
    assert await statuses(world) == ["sent"]


async def test_nobody_accepts_what_was_never_read(world: World) -> None:
    applicant = Applicant(world)
    await applicant.apply()
    [row] = await world.rows("SELECT id FROM application")
    page = f"/candidatures/{row['id']}"
    camille = await world.client.login("camille")
    read = await seen(camille, page)
    await submit(applicant.browser, f"{applicant.address}/structure", **{**WHO, "name": "Une autre association"})
    refused = await submit(camille, page, f"{page}/accepter", seen=read)
    assert refused.status_code == 409
    assert ChangedMeanwhile.title in words(refused)
    assert await statuses(world) == ["sent"]
    accepted = await submit(camille, page, f"{page}/accepter", seen=await seen(camille, page))
    assert "Une autre association est enregistré" in words(accepted)


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


LATE = {"sec-fetch-site": "same-origin"}


async def test_a_screen_that_was_open_for_long_comes_back_as_it_was_filled_in(world: World) -> None:
    browser: httpx.AsyncClient = world.client.anonymous()
    browser.follow_redirects = True
    late = await browser.post("/devenir-relais", data={**WHO, "csrf_token": "old"}, headers=LATE)
    assert late.status_code == 403
    assert "ouverte depuis longtemps" in words(late)
    assert "Reconnectez-vous" not in words(late)
    assert all(f'value="{said}"' in late.text for said in WHO.values())
    assert await statuses(world) == []
    token = re.search(r'name="csrf_token" value="([^"]+)"', late.text)
    assert token
    assert (await browser.post("/devenir-relais", data={**WHO, "csrf_token": token[1]})).status_code == 200
    assert await statuses(world) == ["started"]


async def test_each_later_screen_and_each_button_comes_back_too(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    old = {"csrf_token": "old"}
    place = await applicant.browser.post(f"{applicant.address}/lieu", data={**PLACE, **old}, headers=LATE)
    assert 'value="2 rue du Pont"' in place.text
    assert re.search(r'value="public_body"[^>]* (selected|checked)', place.text)
    people = await applicant.browser.post(f"{applicant.address}/publics", data={**PEOPLE, **old}, headers=LATE)
    assert people.text.count(" checked") >= 2
    for button in ("abandonner", "envoyer", "courriel"):
        late = await applicant.browser.post(f"{applicant.address}/{button}", data=old, headers=LATE)
        assert late.status_code == 403
        assert "ouverte depuis longtemps" in words(late), button
        assert "Reconnectez-vous" not in words(late)
        assert late.headers["x-robots-tag"]
        # The address of a button, opened: the page it belongs to.
        opened = await applicant.browser.get(f"{applicant.address}/{button}")
        assert (opened.status_code, opened.url.path) == (200, applicant.address), button
    assert await statuses(world) == ["started"]


async def test_a_text_too_long_is_called_a_text(world: World) -> None:
    answer = await submit(world.client.anonymous(), "/devenir-relais", **{**WHO, "name": "x" * 10_000})
    assert answer.status_code == 413
    assert "Les textes de ce formulaire sont trop longs" in words(answer)
    assert "fichier" not in words(answer)


async def test_mistakes_are_said_beside_the_field_and_nothing_is_lost(world: World) -> None:
    applicant = Applicant(world)
    wrong = await applicant.begin(number="12345678901234", contact_email="nadia")
    assert wrong.status_code == 422
    assert "vérifiez-la" in words(wrong)
    assert 'value="CCAS de Florac"' in wrong.text
    await applicant.begin()
    place = await submit(applicant.browser, f"{applicant.address}/lieu", **{**PLACE, "postcode": "99999"})
    assert place.status_code == 422
    none = await submit(applicant.browser, f"{applicant.address}/besoins")
    assert "Écrivez au moins un équipement." in words(none)
    many = await submit(applicant.browser, f"{applicant.address}/besoins", laptop="501")
    assert many.status_code == 422
    early = await applicant.press("envoyer")
    assert "complétez chaque étape" in words(early)


async def test_eight_answers_propose_a_first_step_and_a_first_basket_each_with_its_reason(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    await submit(applicant.browser, f"{applicant.address}/lieu", **PLACE)
    asked = await submit(applicant.browser, f"{applicant.address}/publics", **PEOPLE)
    assert "Étape 4 sur 5" in words(asked)
    page = f"{applicant.address}/diagnostic"
    some = await submit(applicant.browser, page, **{**await applicant.answers(), "q3": "", "q5": "nonsense"})
    assert some.status_code == 422
    assert some.text.count("Choisissez une réponse.") == 4, "above the form and beside each of two questions"
    old = await submit(applicant.browser, page, **{**await applicant.answers(), "version": "diagnosis_1999"})
    assert old.status_code == 422, "other questions were shown than those that are answered"
    proposed = await submit(applicant.browser, page, **await applicant.answers())
    said = words(proposed)
    assert "Commencez par donner" in said
    assert "Donner ne demande ni caisse" in said
    assert "3 smartphones" in said
    assert "un smartphone sert aussi de connexion" in said
    assert "Vous accompagnez des seniors" in said
    for field, count in (("smartphone", 3), ("laptop", 3), ("tablet", 2)):
        assert re.search(rf'name="{field}"[^>]*value="{count}"', proposed.text), field
    assert 'name="desktop" value=""' in proposed.text or re.search(r'name="desktop"[^>]*value=""', proposed.text)
    await submit(applicant.browser, f"{applicant.address}/besoins", **NEEDS)
    kept = words(await applicant.browser.get(applicant.address))
    assert "Commencez par donner" in kept
    assert "Oui, dans des appartements" in kept
    english = words(await applicant.browser.get(applicant.address, params={"lang": "en"}))
    assert "Begin by giving" in english
    assert "Yes, in flats" in english
    (row,) = await world.rows("SELECT id, diagnosis FROM application")
    assert row["diagnosis"] == diagnosis_on(today()).name
    read = await world.read(world.coordinator, f"/applications/{row['id']}")
    assert read["answers"]["hosting"] == "flats"


@given(st.data())
def test_whatever_is_answered_something_is_proposed_with_its_reasons(data: st.DataObject) -> None:
    version = diagnosis_on(today())
    answers = {one.id: data.draw(st.sampled_from(sorted(one.answers))) for one in version.questions}
    publics = data.draw(st.lists(st.sampled_from(["seniors", "familles"]), unique=True))
    proposed = version.propose(answers, publics)
    assert proposed.step.because("fr")
    categories = [one.category for one in proposed.basket]
    assert len(categories) == len(set(categories))
    for one in proposed.basket:
        assert one.quantity == max(line.quantity for line in one.lines)
        assert all(line.holds(answers, publics) for line in one.lines)
    earlier = version.first_steps[: version.first_steps.index(proposed.step)]
    assert not any(step.holds(answers, publics) for step in earlier)


@pytest.mark.parametrize(
    "change",
    [
        {"questions": 7},
        {"first_steps": [{"when": {"hosting": ["castle"]}}]},
        {"first_steps": [{"when": {"nobody_asks": ["yes"]}}]},
    ],
)
def test_a_file_that_does_not_hang_together_is_refused(change: dict[str, Any]) -> None:
    said = diagnosis_on(today()).model_dump(mode="json")
    if "questions" in change:
        said["questions"] = said["questions"][: change["questions"]]
    else:
        said["first_steps"][0] |= change["first_steps"][0]
    with pytest.raises(ValidationError):
        Diagnosis.model_validate(said)


async def test_what_led_to_nothing_is_forgotten(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    assert await forget_applications(world.database) == 0
    await world.rows("UPDATE application SET changed_at = now() - interval '31 days' RETURNING id")
    assert await forget_applications(world.database) == 1
    assert (await applicant.browser.get(applicant.address)).status_code == 404


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("552 100 554 00013", StructureNumber(SIRET, None)),
        ("w 481 000 123", StructureNumber(None, "W481000123")),
        ("W2A1001234", StructureNumber(None, "W2A1001234")),
    ],
)
def test_a_number_is_read_as_people_write_it(said: str, number: StructureNumber) -> None:
    assert structure_number(said) == number


@pytest.mark.parametrize("said", ["W48100012", "W4810001234", "552100554", "552100554000134", "W48", ""])
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(IdentifierError):
        structure_number(said)


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


async def test_who_was_to_be_written_to_is_forgotten_after_a_year(world: World) -> None:
    await Applicant(world).apply()
    [row] = await world.rows("SELECT id FROM application")
    await world.call(world.coordinator, f"/applications/{row['id']}/accept")
    await world.rows("UPDATE application SET changed_at = now() - interval '366 days' RETURNING id")
    assert await forget_applications(world.database) == 1
    [kept] = await world.rows("SELECT contact_name, contact_email, contact_phone, answers FROM application")
    assert (kept["contact_name"], kept["contact_email"], kept["contact_phone"]) == ("", "", None)
    assert kept["answers"], "the diagnosis stays"
    read = await world.read(world.coordinator, f"/applications/{row['id']}")
    assert read["contact_email"] == ""
