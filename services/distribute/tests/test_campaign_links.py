"""The link of a campaign: each who opens it sees what they can do; and what it leads to."""

import re
from typing import Any

from filiere.duties import Duty

from .applying import WHO
from .campaigning import line, opened
from .conftest import World
from .test_campaign_stock import plain
from .test_pages import submit, words


async def link_of(world: World, made: Any) -> str:
    shown = await (await world.client.login("camille")).get(f"/campagnes/{made['id']}")
    found = re.search(r'href="[^"]*(/campagne/[^"/]+)"', shown.text)
    assert found is not None
    return found[1]


async def test_each_who_opens_the_link_sees_what_they_can_do(world: World) -> None:
    relais = await world.relais()
    made = await opened(world, legal_forms=[relais["legal_form"]])
    link = await link_of(world, made)
    stranger = words(await world.client.anonymous().get(link))
    assert "Nous sommes un Relais : nous connecter" in stranger
    assert "moins de dix sur 20" in stranger.replace("\xa0", " ")
    office = words(await (await world.client.login("camille")).get(link))
    assert "Conduire la campagne" in office
    assert "candidater" not in office
    lead = await world.client.login(relais["subject"])
    assert f"Participer avec {relais['name']}" in words(await lead.get(link))
    joined = await submit(lead, link, f"{link}/rejoindre", relais_id=relais["id"])
    assert "participe à la campagne" in words(joined)
    after = await lead.get(link)
    assert f"{relais['name']} participe" in words(after)
    assert f"/commander?relais={relais['id']}&amp;campagne={made['id']}" in after.text


async def test_whom_it_is_not_for_reads_why_before_pressing_anything(world: World) -> None:
    relais = await world.relais(legal_form="company")
    made = await opened(world, legal_forms=["association"])
    shown = await (await world.client.login(relais["subject"])).get(await link_of(world, made))
    assert "ne peut pas participer" in words(shown)
    assert "/rejoindre" not in shown.text


async def test_strangers_share_a_small_page_and_nobody_else_does(world: World) -> None:
    relais = await world.relais()
    link = await link_of(world, await opened(world))
    shown = await world.client.anonymous().get(link)
    assert shown.headers["cache-control"].startswith("public, max-age=")
    assert shown.headers["x-robots-tag"] == "noindex, nofollow"
    assert "set-cookie" not in shown.headers
    assert len(shown.content) <= 50_000
    again = await world.client.anonymous().get(link, headers={"if-none-match": shown.headers["etag"]})
    assert again.status_code == 304
    own = await (await world.client.login(relais["subject"])).get(link)
    assert own.headers["cache-control"] == "private, no-store"


async def test_to_order_for_it_begins_with_it_and_its_price(world: World) -> None:
    relais = await world.relais()
    made = await opened(world, relais, pricing="reduced", price_percent=50)
    person = await world.client.login(relais["subject"])
    order = f"/commander?relais={relais['id']}&campagne={made['id']}"
    shown = await person.get(order)
    assert f'<option value="{made["name"]}" selected>' in shown.text
    assert "Vous commandez pour : Hiver connecté" in words(shown)
    assert "prix de la campagne « Hiver connecté »" in words(shown).replace("\xa0", " ")
    basket = await submit(person, order, "/commander", plus="tablet", **{"tablet-campaign": made["name"]})
    assert f"tablet-campaign={made['name'].replace(' ', '+').replace('é', '%C3%A9')}" in str(basket.url)
    placed = await world.order(relais, line(made))
    (asked,) = (await world.read(relais["client"], f"/orders/{placed['id']}"))["lines"]
    assert asked["price_max_cents"] > 0
    tablets = plain(shown.text.split('id="c-tablet"')[1].split("prix de la campagne")[0])
    assert asked["price_max_cents"] % 100 == 0
    assert f"à {asked['price_max_cents'] // 100} €" in tablets, "what the page says is what the order costs"


async def test_who_may_not_order_for_it_reads_why_where_they_would(world: World) -> None:
    relais = await world.relais()
    made = await opened(world)
    person = await world.client.login(relais["subject"])
    shown = await person.get(f"/commander?campagne={made['id']}")
    assert "ne participe pas à la campagne" in words(shown)
    assert (await person.get("/commander?campagne=rien")).status_code == 200


async def test_applying_by_the_link_names_the_campaign_and_a_cut_link_is_said(world: World) -> None:
    made = await opened(world)
    token = (await link_of(world, made)).split("/")[-1]
    stranger = world.client.anonymous()
    assert "Vous candidatez pour la campagne « Hiver connecté »" in words(
        await stranger.get(f"/devenir-relais?campagne={token}")
    ).replace("\xa0", " ")
    assert "Ce lien n'est celui d'aucune campagne" in words(
        await stranger.get(f"/devenir-relais?campagne={token[:-4]}")
    )
    wrong = await submit(
        stranger, f"/devenir-relais?campagne={token}", "/devenir-relais", campaign=token, **{**WHO, "name": ""}
    )
    assert wrong.status_code == 422
    assert "Vous candidatez pour la campagne" in words(wrong)
    await world.call(world.coordinator, f"/campaigns/{made['id']}/close", {"reason": "Objectif atteint"})
    assert "est terminée : vous pouvez candidater quand même" in words(
        await stranger.get(f"/devenir-relais?campagne={token}")
    )


async def test_who_does_not_lead_a_structure_is_told_who_does(world: World) -> None:
    relais = await world.relais()
    link = await link_of(world, await opened(world))
    await world.rows(f"UPDATE membership SET duty = '{Duty.COLLEAGUE.value}' RETURNING 1")
    colleague = await world.client.login(relais["subject"])
    seen = await colleague.get(link)
    assert "sa ou son responsable" in words(seen)
    assert "/rejoindre" not in seen.text
    assert (await colleague.get(f"{link}/rejoindre")).url.path == link, "no refusal, for nothing was done"
