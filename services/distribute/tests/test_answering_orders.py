"""The coordination answers an order with all beside it that the answer depends on, and the Relais is told why."""

from pathlib import Path

import distribute
import pytest
from distribute.definition import service as DISTRIBUTE
from distribute.news.kinds import (
    LOANS,
    MAILS,
    OF_CAMPAIGNS,
    ORDER,
    RECALL,
    SHIPMENT,
    STATEMENT,
    TO_APPLICANTS,
    TO_DIRECTORS,
    TO_REFERRERS,
)
from filiere.mail import MailKind
from filiere.mail.composing import english_twin
from filiere.testing.answers import found
from filiere.web.i18n import WEB_LOCALES, Catalogue
from jinja2 import Environment, meta

from .conftest import World
from .test_pages import computed, submit, words

ROOT = Path(distribute.__file__).parent
TABLETS = {"category": "tablet", "quantity": 4, "min_grade": "B"}
LAPTOPS = {"category": "laptop", "quantity": 2, "min_grade": "C"}
REASON = "Deux suffiront avant l'arrivée de janvier."


async def test_the_page_shows_stock_competition_people_and_history(world: World) -> None:
    relais, other = await world.relais(people_supported=120), await world.relais("L'autre")
    await world.ready(1)
    await world.order(relais, {**TABLETS, "quantity": 2})
    await world.allocate()
    await world.ready(3)
    await world.ready(5, grade="D")
    await world.order(other, {**TABLETS, "quantity": 7})
    await world.order(other, {**TABLETS, "quantity": 3}, approved=False)
    order = await world.order(relais, TABLETS, LAPTOPS, approved=False)
    coordinator = await world.client.login("camille")
    page = words(await coordinator.get(f"/commandes/{order['id']}/approuver"))
    for said in (
        "120 personnes suivies par an",
        "3 équipements libres lui conviennent",
        "7 équipements attendus · 3 autres, pas encore approuvés",
        "1 reçus ou promis sur 2 · 1 commande",
        "rien demandé de tel",
        "servis sur 12 mois : 1 sur 2",
    ):
        assert said in page, said


async def test_fewer_pieces_are_approved_with_a_reason_that_the_relais_reads(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS, LAPTOPS, approved=False)
    tablets, laptops = (line["id"] for line in order["lines"])
    coordinator = await world.client.login("camille")
    path = f"/commandes/{order['id']}/approuver"
    refused = await submit(coordinator, path, **{f"n-{tablets}": "2", f"n-{laptops}": "9", f"why-{laptops}": "Ah"})
    assert refused.status_code == 422
    assert "Dites au Relais pourquoi il en reçoit moins." in words(refused)
    assert "Vous ne pouvez pas approuver plus que demandé." in words(refused)
    assert 'value="9"' in refused.text, "nothing is lost"
    approved = await submit(coordinator, path, **{f"n-{tablets}": "2", f"why-{tablets}": REASON, f"n-{laptops}": "2"})
    assert "approuvée" in words(approved)
    told = await world.read(relais["client"], f"/orders/{order['id']}")
    assert (told["status"], [line["quantity"] for line in told["lines"]]) == ("approved", [2, 2])
    page = words(await (await world.client.login(relais["subject"])).get(f"/commandes/{order['id']}"))
    beside, _, history = page.partition("Tout ce qui s'est passé")
    for said in (beside, history):
        assert "La coordination approuve 2 au lieu de 4." in said
        assert REASON in said
    assert "6 commandés" in " ".join(page.split()), "what was asked for stays what was asked for"
    assert (await world.published("demand-updated"))[-1].data["wanted"] == 2
    names = [event.name for event in await world.published("order-changed", "order-approved")]
    assert len(names) == 2


async def test_what_the_coordination_did_not_see_is_not_approved(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS, approved=False)
    seen = f"n-{order['lines'][0]['id']}"
    body = {"relais_id": relais["id"], "lines": [TABLETS, LAPTOPS]}
    assert (await relais["client"].put(f"/api/v1/orders/{order['id']}", json=body)).status_code == 200
    coordinator = await world.client.login("camille")
    path = f"/commandes/{order['id']}/approuver"
    late = await submit(coordinator, path, **{seen: "4"})
    assert late.status_code == 422
    assert "Le Relais a modifié sa commande pendant que vous la lisiez" in words(late)
    assert "2 ordinateurs portables" in words(late)
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["status"] == "placed"


async def test_a_line_may_be_left_out_but_not_the_whole_order(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS, LAPTOPS, approved=False)
    fewer = [{"line_id": line["id"], "quantity": 0, "reason": REASON} for line in order["lines"]]
    await world.call(world.coordinator, f"/orders/{order['id']}/approve", {"fewer": fewer}, status=409)
    more = [{**fewer[0], "quantity": 5}]
    await world.call(world.coordinator, f"/orders/{order['id']}/approve", {"fewer": more}, status=422)
    silent = [{"line_id": order["lines"][0]["id"], "quantity": 0}]
    await world.call(world.coordinator, f"/orders/{order['id']}/approve", {"fewer": silent}, status=422)
    stranger = [{**fewer[0], "line_id": order["id"]}]
    await world.call(world.coordinator, f"/orders/{order['id']}/approve", {"fewer": stranger}, status=404)
    approved = await world.call(world.coordinator, f"/orders/{order['id']}/approve", {"fewer": fewer[:1]})
    assert [line["quantity"] for line in approved["lines"]] == [0, 2]


async def test_a_no_needs_a_reason_and_the_relais_reads_it(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS, approved=False)
    await world.call(world.coordinator, f"/orders/{order['id']}/cancel", status=422)
    coordinator = await world.client.login("camille")
    page = f"/commandes/{order['id']}/approuver"
    silent = await submit(coordinator, page, f"/commandes/{order['id']}/annuler", reason=" ")
    assert silent.status_code == 422
    assert "Dites au Relais pourquoi." in found(r'id="reason-error">.*?<span>([^<]+)<', silent.text)[1]
    await submit(coordinator, page, f"/commandes/{order['id']}/annuler", reason=REASON)
    told = words(await (await world.client.login(relais["subject"])).get(f"/commandes/{order['id']}"))
    assert REASON in told
    assert "par la coordination" in told
    (event,) = await world.published("order-cancelled")
    assert REASON not in str(event.data), "what people write stays with the order"
    after = await coordinator.get(page)
    assert after.url.path == f"/commandes/{order['id']}", "it was answered"


async def test_lists_of_orders_and_relais_leave_as_files(world: World) -> None:
    relais, other = await world.relais(siret="73282932000074"), await world.relais("L'autre", signed=False)
    mine = await world.order(relais, TABLETS)
    await world.order(relais, LAPTOPS, approved=False)
    coordinator = await world.client.login("camille")
    rows = (await coordinator.get("/commandes.csv")).text.splitlines()
    assert [row.split(";")[0].strip('"\ufeff') for row in rows] == ["commande", "R-2", "R-1"]
    filtered = (await coordinator.get("/commandes.csv", params={"statut": "approved"})).text
    assert mine["reference"] in filtered
    assert "R-2" not in filtered
    assert "73282932000074" in (await coordinator.get("/relais.csv")).text
    unsigned = (await coordinator.get("/relais.csv", params={"convention": "missing"})).text
    assert "L'autre" in unsigned
    assert relais["name"] not in unsigned
    for one, count in ((relais, 3), (other, 1)):
        browser = await world.client.login(one["subject"])
        assert len((await browser.get("/mes-commandes.csv")).text.splitlines()) == count
    assert (
        'href="/mes-commandes.csv' in (await (await world.client.login(relais["subject"])).get("/mes-commandes")).text
    )


async def test_a_proposal_says_which_orders_it_does_not_know(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLETS)
    await world.ready(1)
    coordinator = await world.client.login("camille")
    assert "encore approuvée" not in words(await coordinator.get(await computed(world)))
    await world.order(relais, LAPTOPS, approved=False)
    page = words(await coordinator.get(await computed(world)))
    assert "1 commande n'est pas encore approuvée (2 équipements demandés)." in page
    assert "Cette proposition n'en tient pas compte." in page


async def test_the_people_of_a_relais_get_a_letter_per_answer_and_departure(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre")
    for one in (relais, other):
        await world.client.login(one["subject"])
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")
    await world.ready(2)
    order = await world.order(relais, {**TABLETS, "quantity": 3}, approved=False)
    fewer = [{"line_id": order["lines"][0]["id"], "quantity": 2, "reason": REASON}]
    await world.call(world.coordinator, f"/orders/{order['id']}/approve", {"fewer": fewer})
    await world.allocate()
    await world.send(order)
    no = await world.order(relais, LAPTOPS, approved=False)
    await world.call(world.coordinator, f"/orders/{no['id']}/cancel", {"reason": REASON})
    mine = await world.order(relais, LAPTOPS, approved=False)
    await world.call(relais["client"], f"/orders/{mine['id']}/cancel")
    rows = await world.rows(
        "SELECT m.kind, r.address, m.page FROM mail m JOIN mail_reader r ON r.id = m.reader_id ORDER BY m.id"
    )
    assert [(row["kind"], row["page"].split("/")[1]) for row in rows] == [
        ("order-approved", "commandes"),
        ("shipment-departed", "envois"),
        ("order-refused", "commandes"),
    ]
    (no_letter,) = await world.rows("SELECT data FROM mail WHERE kind = 'order-refused'")
    assert no_letter["data"]["was_approved"] is False
    assert {row["address"] for row in rows} == {f"{relais['subject']}@relais.example".lower()}


@pytest.mark.parametrize(
    "kind", [*MAILS, *OF_CAMPAIGNS, *TO_APPLICANTS, *TO_DIRECTORS, *TO_REFERRERS], ids=lambda kind: str(kind.name)
)
def test_every_letter_has_an_english_twin_that_says_the_same_things(kind: MailKind) -> None:
    templates = Environment(autoescape=True)
    templates.filters.update(dict.fromkeys(("day", "number", "tr"), str))
    said, twin = (
        meta.find_undeclared_variables(templates.parse((ROOT / name).read_text()))
        for name in (kind.template, english_twin(kind.template))
    )
    assert twin == said
    english = Catalogue([WEB_LOCALES, ROOT / "locales"])
    assert english.gettext(kind.button) != kind.button
    assert english.gettext(kind.label) != kind.label


def test_the_links_of_letters_are_pages() -> None:
    assert {kind.name for kind in MAILS} <= {kind.name for kind in DISTRIBUTE.mails}
    pages = {route.path for router in DISTRIBUTE.routers() for route in router.routes if hasattr(route, "path")}
    assert {LOANS, ORDER, RECALL, SHIPMENT, STATEMENT} <= pages
