"""A proposal beside other ways to share, and the rule that all of them follow, as people read them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from distribute.allocation.proposals import service
from distribute.allocation.proposals.computing import compute
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.engine import policies
from filiere.calendar import today
from filiere.testing.answers import Json
from filiere.testing.sql import copies

from .conftest import World
from .test_pages import computed, words
from .test_proposal_pages import two_relais

TABLET = {"category": "tablet", "quantity": 3, "min_grade": "C"}


def id_of(page: str) -> str:
    return page.rpartition("/")[2]


async def computed_under(world: World, policy: str) -> str:
    """Page of a proposal of now under a policy by name."""
    async with world.database.read() as session:
        problem, rule = await service.take_snapshot(session, today(), policies()[policy])
    async with world.database.unit_of_work() as session:
        return f"/attributions/propositions/{await service.keep(session, compute(problem, rule), 'camille')}"


async def compared(world: World, page: str, beside: str) -> Json:
    params: dict[str, Any] = {"with": beside}
    return await world.read(world.coordinator, f"/proposals/{id_of(page)}/comparison", **params)


async def test_a_proposal_stands_beside_other_ways_to_share(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    shown = await browser.get(f"{page}/comparaison")
    assert "avec : Premier arrivé, premier servi" in words(shown)
    assert "Indice de Gini" in words(shown)
    assert f'href="{page}/comparaison/first_come" aria-current="true"' in shown.text
    found = await compared(world, page, "first_come")
    assert found["ours"]["minimum_weighted_share"] > found["theirs"]["minimum_weighted_share"]
    assert (found["ours"]["given"], found["theirs"]["given"]) == (4, 4)
    assert {one["name"]: one["theirs"] for one in found["relais"]} == {"Mende": 3, "Lyon": 1}
    assert {one["name"]: one["their_share"] for one in found["relais"]} == {"Mende": 1, "Lyon": 1 / 3}
    assert set(found["ours"]["by_territory"]) == {"48", "69"}
    assert set(found["ours"]["by_public"]) == {"femmes", "seniors"}
    assert (found["same_snapshot"], found["same_policy"]) == (True, True)
    assert (found["ours"]["shipments"], found["theirs"]["shipments"]) == (2, 2)
    other = await computed(world)
    beside = await browser.get(f"{page}/comparaison/{id_of(other)}")
    assert "avec : Proposition n° 2" in words(beside)
    assert f'href="{page}/comparaison/{id_of(other)}" aria-current="true"' in beside.text
    assert beside.text.count('aria-current="true"') == shown.text.count('aria-current="true"')
    assert "autre état du stock" not in words(beside), "nothing changed between the two"
    proportional = words(await browser.get(f"{page}/comparaison/proportional"))
    assert "avec : Au prorata des demandes" in proportional
    assert (await browser.get(f"{page}/comparaison/au-hasard")).status_code == 404


@pytest.mark.slow
async def test_relais_are_searched_paged_and_exported_whole(world: World) -> None:
    for number in range(1, 53):
        relais = await world.relais(f"Relais {number:02}", postcode="48000" if number > 1 else "69001")
        await world.order(relais, {**TABLET, "quantity": 1})
    await world.ready(30)
    browser = await world.client.login("camille")
    page = f"{await computed(world)}/comparaison/proportional"
    first = words(await browser.get(page))
    assert "1 à 50 sur 52" in first
    second = words(await browser.get(page, params={"page": 2}))
    assert "51 à 52 sur 52" in second
    assert "Relais 52" in second
    assert "Relais 50 " not in second
    for sought in ("rhône", "69", "relais 01"):
        found = await browser.get(page, params={"q": sought})
        assert "1 Relais" in words(found)
        assert "Relais 01" in words(found)
        assert "Relais 02" not in words(found)
        assert "avec : Au prorata des demandes" in words(found)
    assert "Rien ne correspond" in words(await browser.get(page, params={"q": "Guéret"}))
    exported = await browser.get(f"{page}/relais.csv")
    rows = exported.text.lstrip("\ufeff").splitlines()
    assert rows[0] == (
        "relais;departement;demandes;deja_recus;rien_de_pret;proposition_1;part_proposition_1;prorata;part_prorata"
    )
    assert len(rows) == 53
    assert rows[1].startswith("Relais 01;69;1;0;0;")
    assert rows[1].endswith(";0,6;0,5769"), "30 of 52"
    assert len((await browser.get(f"{page}/relais.csv", params={"q": "rhône"})).text.splitlines()) == 2


async def test_what_only_one_of_two_proposals_knows_is_shown_in_both_directions(world: World) -> None:
    mende, _, _ = await two_relais(world)
    browser = await world.client.login("camille")
    before = await computed(world)
    ales = await world.relais("Alès", postcode="30100", publics=["jeunes"])
    await world.order(ales, {**TABLET, "quantity": 1})
    await world.call(mende["client"], f"/orders/{(await orders_of(world, mende))[0]}/cancel")
    after = await computed(world)
    found = await compared(world, before, id_of(after))
    assert found["same_snapshot"] is False
    by_name = {one["name"]: one for one in found["relais"]}
    assert (by_name["Alès"]["ours"], by_name["Alès"]["our_share"], by_name["Alès"]["theirs"]) == (None, None, 1)
    assert (by_name["Mende"]["theirs"], by_name["Mende"]["their_share"]) == (None, None)
    assert by_name["Mende"]["ours"] is not None
    shown = words(await browser.get(f"{before}/comparaison/{id_of(after)}"))
    assert "La proposition n° 2 part d'un autre état du stock et des commandes, du " in shown
    assert "Gard (30) – 100 %" in shown
    assert "Jeunes – 100 %" in shown
    assert "suit une autre règle" not in shown


async def orders_of(world: World, relais: Json) -> list[str]:
    return [one["id"] for one in (await world.read(relais["client"], "/orders"))["items"]]


async def test_two_rules_on_one_stock_are_said_with_their_windows(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_2030", valid_from="2030-01-01", window_months="6")
    # Promised eight months ago: history to one rule alone, which makes no other snapshot.
    served = await world.relais("Servi")
    await world.order(served, TABLET)
    await world.ready(3)
    await world.allocate()
    async with world.database.unit_of_work() as session:
        driver = await ProposalsRepository.from_session(session).driver()
        await driver.execute("UPDATE reservation SET reserved_at = reserved_at - interval '8 months'")
    await world.order(served, TABLET)
    await two_relais(world)
    browser = await world.client.login("camille")
    usual, other = await computed(world), await computed_under(world, "allocation_2030")
    found = await compared(world, usual, id_of(other))
    assert (found["same_snapshot"], found["same_policy"]) == (True, False)
    assert next(one["before"] for one in found["relais"] if one["name"] == "Servi") == 3
    assert (found["ours"]["window_months"], found["theirs"]["window_months"]) == (12, 6)
    shown = words(await browser.get(f"{usual}/comparaison/{id_of(other)}"))
    assert (
        "Même stock et mêmes commandes, mais deux règles : allocation_2026 v1 pour la proposition n° 2,"
        " allocation_2030 v1 pour la n° 3." in shown
    )
    both = "Parts comptées sur 12 mois pour la proposition n° 2, sur 6 mois pour la n° 3."
    assert f"Part des demandes servies. {both}" in shown
    assert "Demandés et déjà reçus : sur 12 mois, ceux de la proposition n° 2." in shown
    assert "Mois d'historique comptés 12 6" in shown
    simulated = words(await browser.get(f"{other}/comparaison"))
    assert "Part des demandes servies. Parts comptées sur 6 mois." in simulated
    assert "Ce qui diffère entre les deux règles" not in simulated
    assert "douze mois" not in simulated
    await world.ready(1)
    later = await computed(world)
    shown = words(await browser.get(f"{other}/comparaison/{id_of(later)}"))
    assert "autre état du stock et des commandes" in shown
    assert (
        "suit une autre règle : allocation_2030 v1 pour la proposition n° 3, allocation_2026 v1 pour la n° 4." in shown
    )


async def test_the_api_says_the_reason_of_a_line_in_figures(world: World) -> None:
    mende, lyon, _ = await two_relais(world)
    await world.order(mende, {"category": "laptop", "quantity": 1, "substitutes": ["smartphone"]})
    await world.order(lyon, {"category": "printer", "quantity": 1})
    await world.ready(1, category="smartphone")
    page = await computed(world)
    lines = (await world.read(world.coordinator, f"/proposals/{id_of(page)}/lines"))["items"]
    said = {(one["relais_name"], one["category"]): one for one in lines}
    shared = said["Lyon", "tablet"]
    assert (shared["binding"], shared["competing_relais"]) == ("shared", 2)
    assert (shared["bottleneck_devices"], shared["bottleneck_wanted"]) == (5, 7)
    assert (shared["share_before"], shared["share_after"]) == (0, shared["given"] / 3)
    assert 0 < shared["level"] < 1
    replaced = said["Mende", "laptop"]
    assert (replaced["binding"], replaced["substitutes"], replaced["level"]) == ("complete", 1, None)
    hopeless = said["Lyon", "printer"]
    assert (hopeless["binding"], hopeless["competing_relais"], hopeless["bottleneck_wanted"]) == (
        "nothing_ready",
        None,
        None,
    )
    UUID(shared["line_id"])


async def test_the_rule_is_whole_on_its_page_for_a_relais(world: World) -> None:
    relais = await world.relais()
    rule = words(await (await world.client.login(relais["subject"])).get("/attributions/regle"))
    for said in (
        "les Relais les moins servis d'abord",
        "Séniors : 5 % de plus",
        "Tous vos publics ensemble : 10 % de plus au maximum",
        "Les quatre se multiplient : la commune, l'attente, les publics et la taille.",
        "Exemple : « Milieu rural (moins de 5 000 habitants) » et moins de 30 personnes suivies, cela fait 32 % de",
        "Plafond : il n'y en a pas.",
        "Campagnes : il n'y en a pas en ce moment. Une campagne ne pourrait prendre que 30 % du stock de tous",
        "Dons publics : un équipement donné par l'État ou une collectivité ne va qu'à une structure qui a le droit",
        "Code général de la propriété des personnes publiques, art. L. 3212-2",
        "3 pour une part de 3,6",
    ):
        assert said in rule


async def test_caps_and_campaigns_of_the_rule_in_force_are_named(world: World, with_rules: Callable[..., None]) -> None:
    with_rules(
        "allocation_automne", valid_from="2026-02-01", cap_per_run="25", campaigns='{"Rentrée": 40, "Grand froid": 15}'
    )
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    rule = words(await browser.get("/attributions/regle"))
    assert "un Relais reçoit au plus 25 équipements par attribution" in rule
    assert "« Grand froid » : 15 % au plus « Rentrée » : 40 % au plus" in rule
    assert "il n'y en a pas" not in rule
    english = words(await browser.get("/attributions/regle", params={"lang": "en"}))
    assert "Older people : 5 % more" in english
    assert "a Relais receives at most 25 devices per allocation" in english


async def test_proposals_beyond_those_offered_are_counted(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    await copies(
        world.database,
        "allocation_proposal",
        205,
        id="gen_random_uuid()",
        created_at="created_at + n * interval '1 s'",
        attempts="1",
    )
    shown = await browser.get(f"{page}/comparaison")
    assert shown.text.count("<option") == 200
    assert "Les 200 plus récentes, sur 20" in words(shown)
