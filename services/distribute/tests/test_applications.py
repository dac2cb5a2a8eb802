"""A structure asks to be a Relais without an account: screen by screen, its address proven, answered once."""

from distribute.applications.errors import (
    ChangedMeanwhile,
    NotOpen,
)
from distribute.applications.forgetting import forget_applications

from .applying import PLACE, SIRET, WHO, Applicant, seen, statuses
from .conftest import World
from .test_pages import submit, words


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


async def test_what_led_to_nothing_is_forgotten(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    assert await forget_applications(world.database) == 0
    await world.rows("UPDATE application SET changed_at = now() - interval '31 days' RETURNING id")
    assert await forget_applications(world.database) == 1
    assert (await applicant.browser.get(applicant.address)).status_code == 404


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
