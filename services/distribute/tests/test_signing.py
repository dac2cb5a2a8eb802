"""An agreement goes to a director by a link, is signed once and for what was read, and its time is measured."""

import asyncio
import hashlib
import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from distribute.news.kinds import SIGNING_LINK
from distribute.relais.mode import Mode
from distribute.signing.errors import AnotherPaper, StatutesForbid
from distribute.signing.schemas import SignForm
from distribute.signing.service import remind
from distribute.signing.text import text_on, texts
from filiere.calendar import PARIS, clock_at, today
from filiere.links.tokens import LinkSigner
from filiere.web.bounded_types import FROM_A_FORM
from pydantic import ValidationError

from .conftest import World
from .test_pages import submit, words

DIRECTOR = {"name": "Claire Martin", "role": "directrice", "signature": "claire  martin", "agreed": "true"}


async def sent(world: World, relais: Any, mode: str = "give", address: str = "direction@ccas.example") -> str:
    """Send the agreement; the address of its link."""
    camille = await world.client.login("camille")
    page = f"/relais/{relais['id']}/convention/a-signer"
    answer = await submit(camille, page, mode=mode, address=address)
    assert answer.status_code == 200, words(answer)
    (row,) = await world.rows("SELECT id FROM signing WHERE signed_at IS NULL AND withdrawn_at IS NULL")
    return f"/convention/{LinkSigner(world.client.settings, 'distribute', SIGNING_LINK).token(UUID(str(row['id'])))}"


def director(world: World) -> httpx.AsyncClient:
    browser: httpx.AsyncClient = world.client.anonymous()
    browser.follow_redirects = True
    return browser


async def sign(browser: httpx.AsyncClient, link: str, **given: str) -> httpx.Response:
    shown = (await browser.get(link)).text
    found = re.search(r'name="sha256" value="([0-9a-f]{64})"', shown)
    assert found
    return await submit(browser, link, **{**DIRECTOR, "sha256": found.group(1), **given})


async def test_a_director_reads_and_signs_on_a_link_and_the_relais_orders(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    browser = director(world)
    paper = await browser.get(f"{link}/convention.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert hashlib.sha256(paper.content).hexdigest() in (await browser.get(link)).text
    signed = await sign(browser, link)
    assert "C'est signé" in words(signed)
    assert "par Claire Martin, directrice" in words(signed)
    assert 'name="signature"' not in signed.text
    found = await world.read(world.coordinator, f"/relais/{relais['id']}")
    assert (found["signed_on"], found["signed_by"], found["mode"]) == (
        today().isoformat(), "Claire Martin, directrice", "give")  # fmt: skip
    assert found["days_to_sign"] > 0
    await world.order(relais, {"category": "tablet", "quantity": 1, "min_grade": "D"}, approved=False)
    kinds = [row["kind"] for row in await world.rows("SELECT kind FROM mail WHERE kind LIKE 'agreement%' ORDER BY id")]
    assert kinds == ["agreement-to-sign", "agreement-signed"]
    (copy,) = await world.rows("SELECT data FROM mail WHERE kind = 'agreement-signed'")
    assert copy["data"]["sha256"] == hashlib.sha256(paper.content).hexdigest()
    again = await browser.post(link, data={**DIRECTOR, "sha256": "x", "csrf_token": "y"})
    assert again.status_code == 403
    camille = await world.client.login("camille")
    shown = words(await camille.get(f"/relais/{relais['id']}/convention/a-signer"))
    assert "Signée par Claire Martin, directrice (aujourd'hui, " in shown
    assert "la moitié en" in words(await camille.get("/conventions"))


async def test_nobody_signs_another_paper_twice_or_without_meaning_it(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    browser = director(world)
    other = await sign(browser, link, sha256="0" * 64)
    assert AnotherPaper.title in words(other)
    assert 'value="Claire Martin"' in other.text
    for wrong, said in (
        ({"signature": "Une autre"}, "écrivez votre nom"),
        ({"agreed": ""}, "Cochez la case"),
        ({"role": ""}, "point à corriger"),
    ):
        refused = await sign(browser, link, **wrong)
        assert refused.status_code == 422
        assert said in words(refused)
    assert await world.rows("SELECT 1 FROM agreement") == []
    token = re.search(r'name="sha256" value="([0-9a-f]{64})"', (await browser.get(link)).text)
    assert token
    at_once = [director(world) for _ in range(4)]
    answers = await asyncio.gather(*(sign(one, link) for one in at_once), return_exceptions=True)
    assert any(isinstance(one, httpx.Response) and "C'est signé" in words(one) for one in answers)
    assert len(await world.rows("SELECT 1 FROM agreement")) == 1
    assert len(await world.rows("SELECT 1 FROM mail WHERE kind = 'agreement-signed'")) == 1


@pytest.mark.parametrize(
    ("drawn", "is_taken"),
    [
        ("M10 10L20 20L30 10L40 20L50 10M60 60L70 70", True),
        ("M10 10", False),
        ("M10 10L20 20", False),
        ('M10 10L20 20L30 10L40 20"/><script>', False),
        ("M10 10" + "L20 20" * 700, False),
    ],
)
def test_a_drawing_is_lines_and_no_dot(drawn: str, is_taken: bool) -> None:
    said = {**DIRECTOR, "sha256": "0" * 64, "signature": "", "drawn": drawn}
    if is_taken:
        assert SignForm.model_validate(said, context=FROM_A_FORM).drawn == drawn
    else:
        with pytest.raises(ValidationError):
            SignForm.model_validate(said, context=FROM_A_FORM)


async def test_a_signature_is_drawn_instead_of_typed_and_shown_again(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    drawn = "M10 10L20 20L30 10L40 20L50 10"
    assert "facultatif" not in (await director(world).get(link)).text, "one of the two is asked"
    signed = await sign(director(world), link, signature="", drawn=drawn)
    assert "C'est signé" in words(signed)
    assert f'd="{drawn}"' in signed.text


LATE = {"sec-fetch-site": "same-origin"}


async def test_a_page_that_was_open_for_long_comes_back_with_what_was_typed_and_drawn(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    drawn = "M10 10" + "L20 20L30 10" * 300
    assert len(drawn) < 4000
    said = {"name": "Claire Martin", "role": "directrice", "drawn": drawn, "agreed": "true"}
    browser = director(world)
    late = await browser.post(link, data={**said, "sha256": "0" * 64, "csrf_token": "old"}, headers=LATE)
    assert late.status_code == 403
    assert "La page était ouverte depuis longtemps : vérifiez et renvoyez." in words(late)
    assert "Reconnectez-vous" not in words(late)
    assert await world.rows("SELECT 1 FROM agreement") == []
    assert 'value="Claire Martin"' in late.text
    assert f'name="drawn" value="{drawn}"' in late.text
    assert f'd="{drawn}"' in late.text
    assert "checked" in late.text
    fresh = {name: found[1] for name in ("csrf_token", "sha256")
             if (found := re.search(rf'name="{name}" value="([^"]+)"', late.text))}  # fmt: skip
    assert fresh["sha256"] != "0" * 64, "what is signed is what is read now"
    assert "C'est signé" in words(await browser.post(link, data={**said, **fresh}))


async def test_what_another_site_sends_is_not_written_into_the_form(world: World) -> None:
    link = await sent(world, await world.relais(signed=False))
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}, {}):
        late = await director(world).post(link, data={"name": "Un autre", "csrf_token": "old"}, headers=headers)
        assert late.status_code == 403
        assert "Un autre" not in late.text
        assert "ouverte depuis longtemps" in words(late)
    own = {"origin": str(world.client.anonymous().base_url).rstrip("/")}
    old = await director(world).post(link, data={"name": "Claire", "csrf_token": "old"}, headers=own)
    assert 'value="Claire"' in old.text, "an old telephone says its origin alone"


async def test_a_second_tab_is_told_that_it_is_signed_already(world: World) -> None:
    link = await sent(world, await world.relais(signed=False))
    browser = director(world)
    second = (await browser.get(link)).text
    await sign(browser, link)
    hidden = {name: found[1] for name in ("csrf_token", "sha256")
              if (found := re.search(rf'name="{name}" value="([^"]+)"', second))}  # fmt: skip
    told = await browser.post(link, data={**DIRECTOR, **hidden, "name": "Un autre", "signature": "Un autre"})
    assert told.status_code == 422
    assert "était déjà signée : ce que vous venez d'envoyer n'a rien changé" in words(told)
    assert "par Claire Martin" in words(told)


async def test_what_is_sent_again_or_withdrawn_opens_nothing(world: World) -> None:
    relais = await world.relais(signed=False)
    first = await sent(world, relais)
    second = await sent(world, relais, mode="both")
    browser = director(world)
    for address in (first, f"{first}/convention.pdf", "/convention/guess"):
        assert (await browser.get(address)).status_code == 404
    assert (await browser.get(second)).status_code == 200
    camille = await world.client.login("camille")
    page = f"/relais/{relais['id']}/convention/a-signer"
    await submit(camille, page, f"/relais/{relais['id']}/convention/retirer")
    assert (await browser.get(second)).status_code == 404
    nothing = await submit(camille, page, f"/relais/{relais['id']}/convention/retirer")
    assert nothing.status_code == 409


async def test_what_was_signed_on_paper_meanwhile_closes_the_link_for_good(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    async with director(world) as browser:
        assert (await browser.get(link)).status_code == 200
        await world.sign(relais["id"])
        assert (await browser.get(link)).status_code == 404
        ended = {"ended_on": today().isoformat()}
        await world.call(world.coordinator, f"/relais/{relais['id']}/agreement/end", ended)
        assert (await browser.get(link)).status_code == 404, "nobody revives what the coordination has ended"


async def test_a_structure_whose_statutes_forbid_it_does_not_sell(world: World) -> None:
    relais = await world.relais(signed=False, may_sell=False)
    camille = await world.client.login("camille")
    page = f"/relais/{relais['id']}/convention/a-signer"
    assert 'value="sell"' not in (await camille.get(page)).text
    refused = await submit(camille, page, mode="both", address="d@ccas.example")
    assert refused.status_code == 422
    assert StatutesForbid.title in words(refused)
    signed = await world.relais("Déjà signée")
    page = f"/relais/{signed['id']}/convention/a-signer"
    late = await submit(camille, page, mode="give", address="d@ccas.example")
    assert late.status_code == 422
    assert "est en vigueur depuis le" in words(late)


async def test_who_only_orients_does_not_order(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais, mode="orient_only")
    assert "C'est signé" in words(await sign(director(world), link))
    body = {"relais_id": relais["id"], "lines": [{"category": "tablet", "quantity": 1}]}
    refused = await world.call(relais["client"], "/orders", body, status=409)
    assert "ne commande pas" in refused["detail"]


async def test_who_takes_part_in_campaigns_only_orders_for_them_alone(world: World, campaigns: Any) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais, mode="campaign_only")
    await sign(director(world), link)
    line = {"category": "tablet", "quantity": 1}
    body = {"relais_id": relais["id"], "lines": [{**line, "campaign": "hiver"}, line]}
    refused = await world.call(relais["client"], "/orders", body, status=409)
    assert "campagnes seulement" in refused["detail"]
    order = await world.order(relais, {**line, "campaign": "hiver"}, approved=False)
    again = {"relais_id": relais["id"], "lines": [line]}
    changed = await relais["client"].put(f"/api/v1/orders/{order['id']}", json=again)
    assert changed.status_code == 409
    browser = await world.client.login(relais["subject"])
    shown = await submit(browser, "/commander", tablet="1", public="seniors")
    assert shown.status_code in (409, 422)
    assert "campagnes seulement" in words(shown)


async def test_a_reminder_goes_out_each_week_until_it_is_signed(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    camille = await world.client.login("camille")
    assert "depuis aujourd'hui" in words(await camille.get("/conventions"))
    assert await remind(world.database) == 0
    with clock_at(datetime.combine(today() + timedelta(days=1), time(0, 30), PARIS)):  # yesterday, hours ago or not
        assert "depuis 1 jour" in words(await (await world.client.login("camille")).get("/conventions"))
    await world.rows("UPDATE signing SET sent_at = now() - interval '8 days' RETURNING id")
    assert await remind(world.database) == 1
    assert await remind(world.database) == 0
    await world.rows("UPDATE signing SET reminded_at = now() - interval '7 days' RETURNING id")
    assert await remind(world.database) == 1
    camille = await world.client.login("camille")
    waiting = words(await camille.get("/conventions"))
    assert "1 convention attend une signature" in waiting
    assert "depuis 8 jours" in waiting
    await sign(director(world), link)
    await world.rows("UPDATE signing SET reminded_at = now() - interval '9 days' RETURNING id")
    assert await remind(world.database) == 0


async def test_the_paper_that_was_signed_is_never_another(world: World) -> None:
    relais = await world.relais(signed=False)
    await sent(world, relais)
    with pytest.raises(Exception, match="fingerprint_of_its_paper"):
        await world.rows("UPDATE signing SET paper = paper || 'x'::bytea RETURNING id")


@pytest.mark.parametrize("mode", list(Mode))
def test_every_version_of_the_text_says_every_mode(mode: Mode) -> None:
    assert text_on(today()).name in texts()
    for text in texts().values():
        assert text.modes[mode]


async def test_what_is_sent_while_the_director_signs_asks_nobody_twice(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    camille = await world.client.login("camille")
    page = f"/relais/{relais['id']}/convention/a-signer"
    await asyncio.gather(
        sign(director(world), link),
        submit(camille, page, mode="give", address="autre@ccas.example"),
        return_exceptions=True,
    )
    open_ones = await world.rows("SELECT id FROM signing WHERE signed_at IS NULL AND withdrawn_at IS NULL")
    agreements = await world.rows("SELECT id FROM agreement")
    assert len(agreements) + len(open_ones) == 1, "signed, or asked for anew: never both"


async def test_a_link_that_nobody_used_in_three_months_opens_nothing_and_is_not_reminded_of(world: World) -> None:
    relais = await world.relais(signed=False)
    link = await sent(world, relais)
    await world.rows("UPDATE signing SET sent_at = now() - interval '91 days' RETURNING id")
    assert (await director(world).get(link)).status_code == 404
    assert await remind(world.database) == 0
    camille = await world.client.login("camille")
    assert "Son lien n'ouvre plus" in words(await camille.get("/conventions"))
    signed = await sign(director(world), await sent(world, relais))
    assert "C'est signé" in words(signed)
    await world.rows(
        "UPDATE signing SET signed_at = now() - interval '401 days' WHERE signed_at IS NOT NULL RETURNING id"
    )
    assert (await director(world).get(signed.url.path)).status_code == 404
