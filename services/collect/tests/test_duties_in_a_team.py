"""What each of a team may do there: shown, given with the invitation, changed at once, kept in the journal, and never
lost by the last lead."""

import asyncio
import re
from uuid import uuid4

import httpx
import pytest
from filiere.testing.sql import rows

from .chain import Chain
from .test_members import accepted
from .test_news import press


async def team_of(chain: Chain, *people: str) -> str:
    """The address of the team's page, once these act for the donor too."""
    for person in people:
        await chain.client.login(person)
        await chain.client.grant(person, "donor", chain.donor_id)
    return f"/equipe/{chain.donor_id}"


async def duties(chain: Chain) -> dict[str, str]:
    found = await rows(chain.database, "SELECT subject, duty FROM membership WHERE role = 'donor'")
    return {row["subject"]: row["duty"] for row in found}


async def give(browser: httpx.AsyncClient, team: str, subject: str, duty: str) -> httpx.Response:
    return await press(browser, team, f"{team}/fonction", subject=subject, duty=duty)


async def test_another_duty_counts_at_the_next_request_and_stands_in_the_journal(chain: Chain) -> None:
    team = await team_of(chain, "zoe")
    camille, zoe = await chain.client.login("camille"), await chain.client.login("zoe")
    assert "Inviter quelqu" in (await zoe.get(team)).text
    shown = (await give(camille, team, "zoe", "colleague")).text
    assert "zoe : fonction changée, avant « Responsable », maintenant « Collègue »" in " ".join(shown.split())
    page = (await zoe.get(team)).text
    assert "Inviter quelqu" not in page, "what she may not do is not offered"
    assert "Changer la fonction" not in page
    assert (await zoe.get("/dons")).status_code == 200, "all else is still hers"
    refused = await press(zoe, "/dons", f"{team}/inviter", address="max@volta.example")
    assert refused.status_code == 403
    assert "seules les personnes notées" in refused.text
    assert (await press(zoe, "/dons", f"{team}/fonction", subject="zoe", duty="lead")).status_code == 403
    assert (await press(zoe, "/dons", f"{team}/retirer", subject="camille")).status_code == 403
    assert await duties(chain) == {"camille": "lead", "zoe": "colleague"}
    donor = (await camille.get(f"/donateurs/{chain.donor_id}")).text
    assert "fonction changée" in donor


async def test_a_duty_is_changed_by_the_api_as_on_the_page(chain: Chain) -> None:
    await team_of(chain, "zoe")
    address = "/api/v1/members/duty"
    body = {"subject": "zoe", "organisation_id": chain.donor_id, "duty": "colleague"}
    for changed in (True, False):  # said twice
        answer = await chain.donor.post(address, json=body)
        assert (answer.status_code, answer.json()) == (200, {"changed": changed})
    zoe = await chain.client.as_("zoe")
    assert (await zoe.post(address, json=body | {"duty": "lead"})).status_code == 403
    last = await chain.coordinator.post(address, json=body | {"subject": "camille"})
    assert (last.status_code, last.json()["type"]) == (409, "urn:filiere:problem:last-lead")
    refused = {
        404: body | {"organisation_id": str(uuid4())},
        409: body | {"subject": "nobody"},
        422: body | {"duty": "king"},
    }
    for status, wrong in refused.items():
        assert (await chain.donor.post(address, json=wrong)).status_code == status
    assert await duties(chain) == {"camille": "lead", "zoe": "colleague"}
    assert "fonction changée" in (await (await chain.client.login("camille")).get(f"/equipe/{chain.donor_id}")).text


async def test_the_last_lead_keeps_the_duty(chain: Chain) -> None:
    team = await team_of(chain, "zoe")
    camille, nadia = await chain.client.login("camille"), await chain.client.login("nadia")
    await give(camille, team, "zoe", "colleague")
    for who in (camille, nadia):
        refused = await give(who, team, "camille", "colleague")
        assert refused.status_code == 409
        assert "dernière personne responsable" in refused.text
    assert (await press(nadia, team, f"{team}/retirer", subject="camille")).status_code == 409
    await give(camille, team, "zoe", "lead")
    assert (await give(camille, team, "camille", "colleague")).status_code == 200, "another leads: one may step down"
    assert await duties(chain) == {"camille": "colleague", "zoe": "lead"}


async def test_two_leads_who_step_down_at_once_leave_one(chain: Chain) -> None:
    team = await team_of(chain, "zoe")
    browsers = [await chain.client.login(who) for who in ("camille", "zoe")]
    answers = await asyncio.gather(
        *(give(browser, team, who, "colleague") for browser, who in zip(browsers, ("camille", "zoe"), strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert sorted((await duties(chain)).values()) == ["colleague", "lead"]


async def test_who_has_just_lost_the_lead_changes_nothing_more_even_where_it_is_still_remembered(chain: Chain) -> None:
    team = await team_of(chain, "zoe")
    zoe = await chain.client.login("zoe")
    await zoe.get(team)
    # As another process does it: this one remembers her as a lead for five seconds.
    await rows(chain.database, "UPDATE membership SET duty = 'colleague' WHERE subject = 'zoe' RETURNING id")
    assert (await give(zoe, team, "camille", "colleague")).status_code == 403
    assert (await press(zoe, team, f"{team}/retirer", subject="camille")).status_code == 403
    assert (await duties(chain))["camille"] == "lead"


@pytest.mark.parametrize("duty", ["till", "boss", ""])
async def test_a_duty_that_the_service_does_not_have_is_refused(chain: Chain, duty: str) -> None:
    team = await team_of(chain, "zoe")
    camille = await chain.client.login("camille")
    assert (await give(camille, team, "zoe", duty)).status_code in (409, 422)
    assert (await duties(chain))["zoe"] == "lead"


async def test_of_another_team_nobody_is_changed(chain: Chain) -> None:
    team = await team_of(chain)
    await chain.client.grant("eve", "donor", uuid4())
    eve, camille = await chain.client.login("eve"), await chain.client.login("camille")
    assert (await press(eve, "/dons", f"{team}/fonction", subject="camille", duty="colleague")).status_code == 404
    assert (await give(camille, team, "eve", "colleague")).status_code == 409
    assert (await duties(chain))["eve"] == "lead"


@pytest.mark.parametrize(("chosen", "becomes"), [({}, "colleague"), ({"duty": "lead"}, "lead")])
async def test_an_invitation_says_what_for(chain: Chain, chosen: dict[str, str], becomes: str) -> None:
    camille = await chain.client.login("camille")
    team = f"/equipe/{chain.donor_id}"
    shown = (await press(camille, team, f"{team}/inviter", address="zoe@volta.example", **chosen)).text
    link = re.search(r"http://testserver(/invitation/[\w-]+)", shown)
    assert link
    await accepted(chain, link[1], "zoe")
    assert (await duties(chain))["zoe"] == becomes


async def test_the_list_of_the_coordination_and_of_programs_says_each_duty(chain: Chain) -> None:
    await team_of(chain, "zoe")
    camille, nadia = await chain.client.login("camille"), await chain.client.login("nadia")
    await give(camille, f"/equipe/{chain.donor_id}", "zoe", "colleague")
    assert "Collègue" in (await nadia.get("/acces?q=zoe")).text
    listed = (await chain.coordinator.get("/api/v1/members", params={"subject": "zoe"})).json()["items"]
    assert [one["duty"] for one in listed] == ["colleague"]
    me = (await (await chain.client.as_("zoe")).get("/api/v1/me")).json()
    assert me["roles"][0]["duty"] == "colleague"
