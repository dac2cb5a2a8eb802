"""What a donor said of itself is corrected by its own people: name, sites, contacts; the last contact stays."""

import asyncio
import re
from uuid import uuid4

from .chain import Chain
from .test_pages import press

SITE = {"label": "Entrepôt", "address": "3 quai du Fer", "postcode": "59100", "city": "Roubaix"}


async def test_a_donor_corrects_its_name_a_site_and_its_contacts(chain: Chain) -> None:
    donor = f"/api/v1/donors/{chain.donor_id}"
    before = await chain.get(f"/donors/{chain.donor_id}")
    site, contact = before["sites"][0]["id"], before["contacts"][0]["id"]
    assert (await chain.donor.put(f"{donor}/name", json={"name": "Exemple et fils"})).status_code == 200
    assert (await chain.donor.put(f"{donor}/sites/{site}", json=SITE)).status_code == 200
    second = await chain.donor.post(f"{donor}/contacts", json={"name": "Hugo", "email": "hugo@exemple.example"})
    assert second.status_code == 201
    assert (await chain.donor.delete(f"{donor}/contacts/{contact}")).status_code == 204
    assert (await chain.donor.delete(f"{donor}/contacts/{contact}")).status_code == 204
    last = await chain.donor.delete(f"{donor}/contacts/{second.json()['id']}")
    assert last.status_code == 409
    after = await chain.get(f"/donors/{chain.donor_id}")
    assert after["name"] == "Exemple et fils"
    assert after["sites"] == [{**SITE, "id": site, "insee": None}]
    assert [one["name"] for one in after["contacts"]] == ["Hugo"]


async def test_two_people_who_each_remove_a_contact_leave_one(chain: Chain) -> None:
    donor = f"/api/v1/donors/{chain.donor_id}"
    await chain.donor.post(f"{donor}/contacts", json={"name": "Hugo", "email": "hugo@exemple.example"})
    contacts = (await chain.get(f"/donors/{chain.donor_id}"))["contacts"]
    answers = await asyncio.gather(*(chain.donor.delete(f"{donor}/contacts/{one['id']}") for one in contacts))
    assert sorted(one.status_code for one in answers) == [204, 409]


async def test_another_donors_site_and_contact_are_not_there(chain: Chain) -> None:
    await chain.client.grant("rival", "donor", uuid4())
    rival = await chain.client.as_("rival")
    known = await chain.get(f"/donors/{chain.donor_id}")
    donor = f"/api/v1/donors/{chain.donor_id}"
    assert (await rival.put(f"{donor}/name", json={"name": "x"})).status_code == 404
    assert (await rival.put(f"{donor}/sites/{known['sites'][0]['id']}", json=SITE)).status_code == 404
    assert (await rival.delete(f"{donor}/contacts/{known['contacts'][0]['id']}")).status_code == 404


async def test_the_page_keeps_what_was_typed_beside_its_error(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    at = f"/donateurs/{chain.donor_id}/modifier"
    site = (await chain.get(f"/donors/{chain.donor_id}"))["sites"][0]["id"]
    wrong = await press(browser, at, f"/donateurs/{chain.donor_id}/lieux/{site}", SITE | {"postcode": "99999"})
    assert wrong.status_code == 422
    assert 'value="3 quai du Fer"' in wrong.text
    assert f'href="#f-{site}-postcode"' in wrong.text
    ids = re.findall(r'\sid="([^"]+)"', wrong.text)
    assert len(set(ids)) == len(ids), "each label leads to its own field"
    done = await press(browser, at, f"/donateurs/{chain.donor_id}/lieux/{site}", SITE)
    assert "C&#39;est enregistré." in done.text
    assert "Lieu corrigé" in (await browser.get(f"/donateurs/{chain.donor_id}")).text


async def test_a_name_of_spaces_that_nobody_sees_is_no_name(chain: Chain) -> None:
    refused = await chain.do(
        f"/donors/{chain.donor_id}/contacts", {"name": "\xa0", "email": "elise@volta.example"}, status=422
    )
    assert [error["field"] for error in refused["errors"]] == ["name"]
