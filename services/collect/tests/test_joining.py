"""A company registers itself: it declares at once, the coordination confirms it, its number tells if it is public."""

from html import unescape
from typing import Any
from uuid import UUID

import pytest
from collect.donors.public_bodies import signs_of_public_body
from collect.joining.schemas import siren_of
from filiere.duties import Duty
from filiere.identifiers import uuid7
from filiere.identifiers.errors import IdentifierError
from filiere.testing.sql import value
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain
from .test_pages import press, token

LAPTOP = {"category": "laptop", "year": 2021, "ram_gb": 8}
PLACE = {"address": "12 rue du Port", "postcode": "59100", "city": "Roubaix"}
CITY = "217500016"
LA_POSTE = "35600000049837"  # its digits sum up to a multiple of five, and fail Luhn


def registration(siren: str = CITY, **changes: Any) -> dict[str, Any]:
    contact = {"name": "Élise Martin", "email": "elise@ville.example"}
    return {
        "siren": siren,
        "name": "Ville d'exemple",
        "site": {"label": "Mairie", **PLACE},
        "contact": contact,
    } | changes


async def test_who_registers_a_company_declares_at_once_and_is_accepted_once_confirmed(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    joined = await elise.post("/api/v1/registrations", json=registration())
    assert joined.status_code == 201, joined.text
    made = joined.json()
    assert (made["to_confirm"], made["public_body"], made["signs"]) == (True, True, ["siren"])
    declared = await elise.post("/api/v1/donations", json={"donor_id": made["donor_id"], "lines": [LAPTOP]})
    assert declared.status_code == 201
    path = f"/donations/{declared.json()['id']}/accept"
    early = await chain.do(path, status=409)
    nadia = await chain.client.login("nadia")
    shown = (await nadia.get(f"/dons/{declared.json()['id']}")).text
    assert "Voir sa fiche" in shown
    assert "Accepter le don" not in shown
    assert early["type"].endswith("donor-to-confirm")
    waits = [
        one for one in (await chain.coordinator.get("/api/v1/inbox")).json()["lines"] if one["kind"] == "to-confirm"
    ]
    assert [one["count"] for one in waits] == [1]
    assert (
        await elise.post(f"/api/v1/donors/{made['donor_id']}/confirm", json={"public_body": False})
    ).status_code == 403
    confirmed = await chain.do(f"/donors/{made['donor_id']}/confirm", {"public_body": True})
    assert (confirmed["to_confirm"], confirmed["public_body"]) == (False, True)
    await chain.do(f"/donors/{made['donor_id']}/confirm", {"public_body": True}, status=409)
    await chain.do(path)


async def test_a_name_says_what_is_seen_and_nothing_else(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    contact = {"name": "Élise \u200bRoux", "email": "elise.roux\u202e@ville\u200b.example\u2069"}
    site = {"label": "\u2067Mairie", **PLACE}
    turned = registration(name="Ville \u202ed'exemple\u2069\u200b", site=site, contact=contact)
    donor_id = (await elise.post("/api/v1/registrations", json=turned)).json()["donor_id"]
    kept = (await elise.get(f"/api/v1/donors/{donor_id}")).json()
    assert (kept["name"], kept["sites"][0]["label"]) == ("Ville d'exemple", "Mairie")
    assert [(one["name"], one["email"]) for one in kept["contacts"]] == [("Élise Roux", "elise.roux@ville.example")]
    cells = await elise.put(f"/api/v1/donors/{donor_id}/name", json={"name": "Ville\td'exemple\n"})
    assert cells.json() == {"name": "Ville d'exemple"}  # as a spreadsheet's are copied
    nothing = await elise.post("/api/v1/registrations", json=registration("356000000", name="\u202e\u200b"))
    assert nothing.status_code == 422
    long = await elise.post("/api/v1/registrations", json=registration("356000000", name="N" * 201))
    assert long.json()["errors"] == [{"field": "name", "message_fr": "Écrivez au plus 200 caractères."}]


async def test_a_company_is_registered_once_and_nobody_is_told_whose_it_is(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    known = (await chain.get(f"/donors/{chain.donor_id}"))["siren"]
    taken = await elise.post("/api/v1/registrations", json=registration(known))
    assert taken.status_code == 409
    assert taken.json()["errors"][0]["field"] == "siren"
    assert "Société d'exemple" not in taken.text
    assert (await elise.post("/api/v1/registrations", json=registration())).status_code == 201
    second = await elise.post("/api/v1/registrations", json=registration("552100554", name="Autre"))
    assert second.status_code == 409
    assert second.json()["type"].endswith("first-one-waits")


async def test_a_person_without_any_access_is_led_to_the_registration(chain: Chain) -> None:
    browser = await chain.client.login("elise")
    home = await browser.get("/", follow_redirects=True)
    assert home.url.path == "/inscription"
    fields = {
        "siren": LA_POSTE,
        "name": "La Poste",
        "legal_category": "7389",
        "site_label": "Siège",
        **PLACE,
        "contact_name": "Élise",
        "contact_email": "elise@poste.example",
    }
    wrong = await press(browser, "/inscription", "/inscription", fields | {"siren": "123456789", "legal_category": "x"})
    assert wrong.status_code == 422
    assert wrong.text.count('class="error"') == 2
    done = await press(browser, "/inscription", "/inscription", fields)
    assert "La coordination confirme bientôt votre inscription" in done.text
    seen = await chain.client.login("nadia")
    listed = await seen.get("/donateurs?etat=a-confirmer")
    assert "La Poste" in listed.text
    assert "Société d" not in listed.text
    card = await seen.get(done.url.path)
    assert "sa catégorie juridique est" in card.text
    confirmed = await press(seen, done.url.path, f"{done.url.path}/confirmer", {"public_body": "true"})
    assert "Cette entreprise s&#39;est inscrite elle-même" not in confirmed.text


async def test_a_registration_is_refused_with_its_reason_and_its_number_is_free_again(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    donor_id = (await elise.post("/api/v1/registrations", json=registration())).json()["donor_id"]
    lines = {"donor_id": donor_id, "lines": [LAPTOP]}
    sent = (await elise.post("/api/v1/donations", json=lines)).json()["id"]
    draft = (await elise.post("/api/v1/donations", json=lines | {"draft": True})).json()["id"]
    await elise.post(
        f"/api/v1/donors/{donor_id}/sites",
        json={"label": "Annexe", **PLACE},
    )
    path = f"/donors/{donor_id}/refuse"
    assert (await elise.post(f"/api/v1{path}", json={"reason": "Pas vous."})).status_code == 403
    unsaid = await chain.do(path, {"reason": " "}, status=422)
    assert [one["field"] for one in unsaid["errors"]] == ["reason"]
    reason = "Ce SIREN est celui d'une autre mairie."
    refused = await chain.do(path, {"reason": reason})
    assert (refused["to_confirm"], refused["siren"], refused["refused_reason"]) == (False, CITY, reason)
    browser = await chain.client.login("nadia")
    seen = unescape((await browser.get(f"/donateurs/{donor_id}")).text)
    assert f"« {reason} »" in seen, "what a person wrote stands apart from the sentences around it"
    for again in (path, f"/donors/{donor_id}/confirm"):
        await chain.do(again, {"reason": reason} if again == path else {"public_body": True}, status=409)
    told = """SELECT string_agg(m.kind || ' ' || r.address, ', ' ORDER BY m.kind) FROM mail m
        JOIN mail_reader r ON r.id = m.reader_id WHERE m.kind IN ('donor-refused', 'donation-declined')"""
    expected = "donation-declined elise@ville.example, donor-refused elise@ville.example"
    assert await value(chain.database, told) == expected
    declined = (await chain.coordinator.get(f"/api/v1/donations/{sent}")).json()
    assert declined["declined_reason"] == reason
    assert await value(chain.database, "SELECT count(*) FROM donation WHERE id = $1", draft) == 0
    assert (await elise.get(f"/api/v1/donors/{donor_id}")).status_code == 403
    late = await chain.do("/donations", lines, status=404)  # nor does the coordination declare for it
    assert late["type"].endswith("donor-not-found")
    assert (await chain.coordinator.get("/api/v1/donors?q=217500016")).json()["items"] == []
    second = await elise.post("/api/v1/registrations", json=registration(name="Ville d'ailleurs"))
    assert second.status_code == 201, second.text
    assert second.json()["donor_id"] != donor_id
    await chain.do(f"/donors/{second.json()['donor_id']}/confirm", {"public_body": True})


async def test_who_registered_reads_why_it_is_refused_and_what_to_do(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    donor_id = (await elise.post("/api/v1/registrations", json=registration())).json()["donor_id"]
    nadia = await chain.client.login("nadia")
    card = f"/donateurs/{donor_id}"
    unsaid = await press(nadia, card, f"{card}/refuser", {"reason": ""})
    assert "Inscription refusée" not in unsaid.text
    done = await press(nadia, card, f"{card}/refuser", {"reason": "La mairie dit ne pas vous connaître."})
    assert "La mairie dit ne pas vous connaître." in done.text
    assert "Inscription refusée" in done.text  # the journal
    assert "Déclarer un don" not in done.text.partition("<main")[2]
    assert "Ville d" in (await nadia.get("/donateurs?etat=refusees")).text
    assert "Ville d" not in (await nadia.get("/donateurs")).text
    browser = await chain.client.login("elise")
    home = await browser.get("/", follow_redirects=True)
    assert home.url.path == "/inscription"
    assert "La mairie dit ne pas vous connaître." in home.text
    assert "est libre" in home.text


async def test_what_a_refused_registration_gave_out_opens_nothing(chain: Chain) -> None:
    """Keys of its tools and invitations to its team end with it."""
    elise = await chain.client.as_("elise")
    donor_id = (await elise.post("/api/v1/registrations", json=registration())).json()["donor_id"]
    browser = await chain.client.login("elise")
    made = await press(
        browser, f"/cles/{donor_id}", f"/cles/{donor_id}", {"id": str(uuid7()), "name": "Inventaire", "scopes": "read"}
    )
    assert made.status_code == 200
    team = f"/equipe/{donor_id}"
    await press(browser, team, f"{team}/inviter", {"address": "paul@ville.example"})
    await chain.do(f"/donors/{donor_id}/refuse", {"reason": "Inconnue."})
    open_ = "SELECT count(*) FROM invitation WHERE accepted_at IS NULL AND revoked_at IS NULL"
    assert await value(chain.database, open_) == 0
    assert await value(chain.database, "SELECT count(*) FROM api_key WHERE revoked_at IS NULL") == 0


async def test_a_refusal_is_taken_back_with_a_reason_a_trace_and_a_letter(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    donor_id = (await elise.post("/api/v1/registrations", json=registration())).json()["donor_id"]
    await chain.client.grant("paul", "donor", UUID(donor_id), Duty.COLLEAGUE)
    path = f"/donors/{donor_id}/reopen"
    await chain.do(path, {"reason": "Elle n'est pas refusée."}, status=409)
    await chain.do(f"/donors/{donor_id}/refuse", {"reason": "La mairie dit ne pas vous connaître."})
    assert (await elise.post(f"/api/v1{path}", json={"reason": "S'il vous plaît."})).status_code == 403
    unsaid = await chain.do(path, {"reason": " "}, status=422)
    assert [one["field"] for one in unsaid["errors"]] == ["reason"]
    again = await chain.do(path, {"reason": "La mairie vous connaît."})
    assert (again["to_confirm"], again["siren"], again["refused_at"]) == (True, CITY, None)
    await chain.do(path, {"reason": "La mairie vous connaît."}, status=409)
    # Who acted for it does so again, with the duty they had; what it declares waits for its answer again.
    duties = (
        "SELECT string_agg(subject || ' ' || duty, ', ' ORDER BY subject) FROM membership WHERE organisation_id = $1"
    )
    assert await value(chain.database, duties, UUID(donor_id)) == "elise lead, paul colleague"
    assert (await elise.get(f"/api/v1/donors/{donor_id}")).status_code == 200
    sent = (await elise.post("/api/v1/donations", json={"donor_id": donor_id, "lines": [LAPTOP]})).json()["id"]
    await chain.do(f"/donations/{sent}/accept", status=409)
    told = "SELECT count(*) FROM mail m WHERE m.kind = 'donor-reopened'"
    assert await value(chain.database, told) == 1
    await chain.do(f"/donors/{donor_id}/confirm", {"public_body": True})
    await chain.do(f"/donations/{sent}/accept")


async def test_the_coordination_reopens_on_the_card_where_it_refused(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    donor_id = (await elise.post("/api/v1/registrations", json=registration())).json()["donor_id"]
    nadia = await chain.client.login("nadia")
    card = f"/donateurs/{donor_id}"
    await press(nadia, card, f"{card}/refuser", {"reason": "La mairie dit ne pas vous connaître."})
    unsaid = await press(nadia, card, f"{card}/rouvrir", {"reason": ""})
    assert "Inscription rouverte" not in unsaid.text
    done = await press(nadia, card, f"{card}/rouvrir", {"reason": "Vu avec la mairie."})
    assert "Inscription rouverte, elle attend sa réponse : Vu avec la mairie." in done.text.replace("\u00a0", " ")
    assert "Inscription refusée : La mairie dit ne pas vous connaître." in done.text.replace("\u00a0", " ")
    assert "Confirmer l'inscription" in done.text.replace("&#39;", "'")
    browser = await chain.client.login("elise")
    assert (await browser.get("/", follow_redirects=True)).url.path != "/inscription"


async def test_a_number_that_is_another_s_by_now_is_said_with_its_name(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    donor_id = (await elise.post("/api/v1/registrations", json=registration())).json()["donor_id"]
    await chain.do(f"/donors/{donor_id}/refuse", {"reason": "Ce SIREN est celui d'une autre mairie."})
    other = await elise.post("/api/v1/registrations", json=registration(name="Ville d'ailleurs"))
    assert other.status_code == 201
    taken = await chain.do(f"/donors/{donor_id}/reopen", {"reason": "Erreur."}, status=409)
    assert taken["type"].endswith("siren-taken")
    assert f"Le SIREN {CITY} est maintenant celui de « Ville d'ailleurs »" in taken["detail"].replace("\u00a0", " ")
    nadia = await chain.client.login("nadia")
    card = f"/donateurs/{donor_id}"
    done = await press(nadia, card, f"{card}/rouvrir", {"reason": "Erreur."})
    assert "Ville d'ailleurs" in done.text.replace("&#39;", "'")
    assert await value(chain.database, "SELECT refused_at IS NOT NULL FROM donor WHERE id = $1", UUID(donor_id))
    # Once the other one is refused in its turn, the number is free for this one.
    await chain.do(f"/donors/{other.json()['donor_id']}/refuse", {"reason": "Inscrite deux fois."})
    await chain.do(f"/donors/{donor_id}/reopen", {"reason": "Erreur."})


async def test_nobody_is_invited_into_the_team_of_a_refused_donor(chain: Chain) -> None:
    elise = await chain.client.as_("elise")
    donor_id = (await elise.post("/api/v1/registrations", json=registration())).json()["donor_id"]
    await chain.do(f"/donors/{donor_id}/refuse", {"reason": "Inconnue du registre."})
    nadia = await chain.client.login("nadia")
    team = f"/equipe/{donor_id}"
    page = await nadia.get(team)
    assert "rouvrez-la avant d'inviter" in page.text.replace("&#39;", "'")
    assert 'name="address"' not in page.text
    card = await nadia.get(f"/donateurs/{donor_id}")
    form = {"address": "paul@ville.example", "csrf_token": token(card)}
    refused = await nadia.post(f"{team}/inviter", data=form)
    assert refused.status_code == 422
    assert "L'inscription de cette organisation est refusée" in refused.text.replace("&#39;", "'")
    assert await value(chain.database, "SELECT count(*) FROM invitation") == 0
    await chain.do(f"/donors/{donor_id}/reopen", {"reason": "Vu avec la mairie."})
    assert (await press(nadia, team, f"{team}/inviter", {"address": "paul@ville.example"})).status_code == 200
    assert await value(chain.database, "SELECT count(*) FROM invitation") == 1


def test_a_siret_names_its_company_that_of_la_poste_too() -> None:
    assert siren_of("217 500 016 00019") == CITY
    assert siren_of(LA_POSTE) == "356000000"
    with pytest.raises(IdentifierError):
        siren_of("217 500 016 00018")


@given(st.text(max_size=40))
def test_any_text_is_a_company_or_a_sentence(text: str) -> None:
    try:
        found = siren_of(text)
    except IdentifierError:
        return
    assert len(found) == 9


@pytest.mark.parametrize(
    ("siren", "category", "signs"),
    [
        ("217500016", None, ["siren"]),
        ("130025265", "7120", ["siren", "legal-category"]),
        ("552100554", "4110", ["legal-category"]),
        ("552100554", "5710", []),
        ("443061841", None, []),
    ],
)
def test_a_public_body_is_proposed_from_its_number_and_its_category(
    siren: str, category: str | None, signs: list[str]
) -> None:
    assert signs_of_public_body(siren, category) == signs
