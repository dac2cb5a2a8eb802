"""A comparison says what is true: of changes by hand, of campaigns and caps, of sums, of roundings; in charts too."""

import re
from collections.abc import Callable

import pytest
from distribute.engine.sentences import percent_of
from filiere.testing.answers import Json, found

from .conftest import World
from .test_comparison_pages import TABLET, compared, computed_under, id_of
from .test_pages import computed, words
from .test_proposal_pages import two_relais


async def changed(world: World, page: str, relais: str, given: int) -> None:
    """The coordination gives the first line of a Relais so many devices."""
    lines = (await world.read(world.coordinator, f"/proposals/{id_of(page)}/lines"))["items"]
    line = next(one["line_id"] for one in lines if one["relais_name"] == relais)
    answer = await world.coordinator.put(
        f"/api/v1/proposals/{id_of(page)}/overrides/{line}", json={"given": given, "reason": "Urgence à Mende."}
    )
    assert answer.status_code == 204, answer.text


def given_to(comparison: Json, side: str) -> dict[str, float]:
    return {one["name"]: one[side] for one in comparison["relais"]}


async def test_changes_by_hand_count_and_what_was_computed_stands_beside_them(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    assert "Telle que calculée" not in words(await browser.get(f"{page}/comparaison"))
    before = await compared(world, page, "computed")
    assert given_to(before, "ours") == given_to(before, "theirs") == {"Lyon": 2, "Mende": 2}
    await changed(world, page, "Lyon", 0)
    found = await compared(world, page, "computed")
    assert given_to(found, "ours") == {"Lyon": 0, "Mende": 2}
    assert given_to(found, "theirs") == {"Lyon": 2, "Mende": 2}
    assert (found["ours"]["changed"], found["theirs"]["changed"]) == (1, 0)
    assert (found["ours"]["given"], found["ours"]["unmet"], found["ours"]["without_any"]) == (2, 4, 1)
    assert (found["ours"]["shipments"], found["theirs"]["shipments"]) == (1, 2)
    assert (found["ours"]["minimum_weighted_share"], found["same_snapshot"]) == (0, True)
    shown = words(await browser.get(f"{page}/comparaison/computed"))
    assert "avec : Telle que calculée" in shown
    assert "La proposition n° 1 est comptée avec 1 ligne modifiée à la main." in shown
    assert "Équipements attribués 2 4" in shown
    other = await computed(world)
    assert given_to(await compared(world, other, id_of(page)), "theirs") == {"Lyon": 0, "Mende": 2}


async def test_a_line_that_the_rule_serves_with_nothing_counts_once_it_is_served_by_hand(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_campagne", valid_from="2026-01-02", campaigns="{rentree: 0}")
    relais = await world.relais("Mende")
    await world.order(relais, {**TABLET, "campaign": "rentree"})
    await world.ready(2)
    page = await computed(world)
    found = await compared(world, page, "first_come")
    assert (found["ours"]["given"], found["ours"]["unmet"], found["ours"]["hopeless"]) == (0, 0, 3)
    await changed(world, page, "Mende", 2)
    found = await compared(world, page, "first_come")
    for side, figures in (("ours", (2, 1, 0)), ("theirs", (0, 3, 0))):
        assert (found[side]["given"], found[side]["unmet"], found[side]["hopeless"]) == figures
    assert (found["relais"][0]["our_share"], found["relais"][0]["their_share"]) == (pytest.approx(2 / 3), 0)


async def test_two_rules_with_other_campaigns_share_the_same_stock(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_2026_b", valid_from="2026-01-02", campaigns="{rentree: 20, hiver: 10}")
    with_rules("allocation_2030", valid_from="2030-01-01", campaigns="{hiver: 30}")
    relais, other, _ = await two_relais(world)
    await world.order(relais, {**TABLET, "campaign": "rentree"})
    await world.order(other, {**TABLET, "campaign": "hiver"})
    for campaign in ("rentree", "hiver"):
        body = {"category": "tablet", "quantity": 1}
        await world.call(world.coordinator, f"/stock/campaigns/{campaign}/reserve", body)
    usual, simulated = await computed(world), await computed_under(world, "allocation_2030")
    found = await compared(world, usual, id_of(simulated))
    assert (found["same_snapshot"], found["same_policy"]) == (True, False)
    assert (await compared(world, simulated, id_of(usual)))["same_snapshot"] is True
    browser = await world.client.login("camille")
    shown = words(await browser.get(f"{usual}/comparaison/{id_of(simulated)}"))
    assert "Même stock et mêmes commandes, mais deux règles" in shown
    assert "Campagne « hiver » 10 % au plus 30 % au plus" in shown
    assert "Campagne « rentree » 20 % au plus pas nommée : 30 % au plus" in shown
    for alike in ("Mois d'historique comptés", "Attente, par semaine", "Taille du Relais"):
        assert alike not in shown, "only what differs is told"
    # What both rules name is told apart in both: set aside or given back, it is another state of the stock.
    await world.call(world.coordinator, "/stock/campaigns/hiver/release", {})
    later = await computed_under(world, "allocation_2030")
    assert (await compared(world, usual, id_of(later)))["same_snapshot"] is False


async def test_everything_that_differs_between_two_rules_is_told(world: World, with_rules: Callable[..., None]) -> None:
    with_rules("allocation_2030", valid_from="2030-01-01", cap_per_run="1", urgent_percent="50", window_months="6")
    await two_relais(world)
    browser = await world.client.login("camille")
    page, other = await computed(world), await computed_under(world, "allocation_2030")
    answer = await browser.get(f"{page}/comparaison/{id_of(other)}")
    for said in (
        "Ce qui diffère entre les deux règles Point de la règle Proposition n° 1 Proposition n° 2",
        "Mois d'historique comptés 12 6",
        "Part des lignes urgentes 20 % au plus 50 % au plus",
        "Plafond d'un Relais par attribution aucun 1 équipement",
    ):
        assert said in words(answer)
    assert "Ce qui diffère entre" not in words(await browser.get(f"{page}/comparaison"))
    english = words(await browser.get(f"{page}/comparaison/{id_of(other)}", params={"lang": "en"}))
    assert "Same stock and same orders, but two rules: allocation_2026 v1 for proposal no. 1" in english
    assert "Part of urgent lines 20 % at most 50 % at most" in english
    assert "Cap of a Relais per allocation none 1 device" in english
    assert "Shares counted over 12 months for proposal no. 1, over 6 months for no. 2." in english


async def test_a_cap_binds_the_ways_that_a_proposal_is_compared_with(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_plafond", valid_from="2026-01-02", cap_per_run="2")
    await two_relais(world)
    page = await computed(world)
    for way in ("first_come", "proportional"):
        found = await compared(world, page, way)
        assert given_to(found, "theirs") == {"Lyon": 2, "Mende": 2}
        assert found["theirs"]["minimum_weighted_share"] <= found["ours"]["minimum_weighted_share"]


async def test_given_unmet_and_hopeless_are_all_that_was_asked(world: World) -> None:
    _, lyon, _ = await two_relais(world)
    alone = await world.relais("Alès", postcode="30100")
    await world.order(lyon, {"category": "printer", "quantity": 2})
    await world.order(alone, {"category": "printer", "quantity": 5})
    page = await computed(world)
    found = await compared(world, page, "first_come")
    for side in (found["ours"], found["theirs"]):
        assert (side["given"], side["unmet"], side["hopeless"], side["wanted"]) == (4, 2, 7, 13)
    assert {one["name"]: one["hopeless"] for one in found["relais"]} == {"Alès": 5, "Lyon": 2, "Mende": 0}
    assert found["relais"][0]["our_share"] is None
    browser = await world.client.login("camille")
    answer = await browser.get(f"{page}/comparaison")
    assert "Équipements demandés que les commandes approuvées attendent 13 13" in words(answer)
    assert "Demandes que rien de prêt ne peut servir" in words(answer)
    assert "3 et 2 que rien de prêt ne peut servir" in words(answer)
    rows = (await browser.get(f"{page}/comparaison/first_come/relais.csv")).text.lstrip("\ufeff").splitlines()
    assert rows[0].split(";")[4:6] == ["rien_de_pret", "proposition_1"]
    assert rows[1] == "Alès;30;0;0;5;0;;0;"
    assert rows[2].startswith("Lyon;69;3;0;2;")


async def test_each_way_is_called_by_its_name_in_every_table(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    answer = await browser.get(f"{page}/comparaison/proportional")
    assert "En face" not in words(answer)
    assert words(answer).count("Proposition n° 1 Au prorata des demandes") >= 5
    assert 'data-label="Proposition n° 1"'.replace(" ", "\u00a0") in answer.text.replace(" ", "\u00a0")


async def test_equal_shares_are_equal_bars_and_the_numbers_are_a_table_with_row_headers(world: World) -> None:
    for name, postcode in (("Mende", "48000"), ("Lyon", "69001")):
        await world.order(await world.relais(name, postcode=postcode), {**TABLET, "quantity": 4})
    await world.ready(6)
    browser = await world.client.login("camille")
    page = await computed(world)
    text = (await browser.get(f"{page}/comparaison/computed")).text
    charts = re.findall(r'<svg class="chart".*?</svg>', text, re.DOTALL)
    assert len(charts) == 3
    for chart in charts:
        assert 'role="img"' in chart
        assert "<title " in chart
        ours, theirs = (re.findall(rf'class="s{n}" y="\d+" width="([\d.]+)%"', chart) for n in (1, 2))
        assert ours == theirs
        assert ours
    assert 'width="63.0%"' in charts[0], "75 % of what 100 % takes"
    assert text.count("Voir les chiffres") == 3
    assert re.search(r'<th scope="row">Lozère \(48\)</th><td class="n">75\s%</td><td class="n">75\s%</td>', text)
    assert 'scope="row" role="rowheader"><div><b>Mende</b>' in text
    assert "warm" not in text
    assert "style=" not in text


async def test_the_départements_that_ask_for_most_are_drawn_and_all_are_in_the_table(world: World) -> None:
    codes = [f"{number:02}" for number in range(1, 15)]
    for code in codes:
        relais = await world.relais(f"Relais {code}", postcode=f"{code}000")
        await world.order(relais, {**TABLET, "quantity": 1 if code in ("03", "07") else 2})
    await world.ready(20)
    browser = await world.client.login("camille")
    answer = await browser.get(f"{await computed(world)}/comparaison")
    drawn = found(r'aria-labelledby="departements-title".*?</svg>', answer.text, re.DOTALL)[0]
    assert [code for code in codes if f"({code})" not in drawn] == ["03", "07"]
    assert "Le dessin montre les 12 départements qui demandent le plus" in words(answer)
    assert all(re.search(rf'<th scope="row">[^<]*\({code}\)</th>', answer.text) for code in codes)


async def test_every_other_proposal_is_offered_with_its_date_rule_and_status(world: World) -> None:
    await two_relais(world)
    pages = [await computed(world) for _ in range(23)]
    browser = await world.client.login("camille")
    answer = await browser.get(f"{pages[-1]}/comparaison", params={"q": "mende"})
    offered = re.findall(r'<option value="([^"]+)"', answer.text)
    assert offered == [id_of(one) for one in reversed(pages[:-1])]
    assert re.search(r"n° 1 · aujourd'hui, \d+ h \d\d · allocation_2026 v1 · À approuver", words(answer))
    assert 'name="q" value="mende"' in answer.text
    chosen = await browser.get(f"{pages[-1]}/comparaison", params={"avec": id_of(pages[0]), "q": "mende"})
    assert chosen.url.path == f"{pages[-1]}/comparaison/{id_of(pages[0])}"
    assert "avec : Proposition n° 1" in words(chosen)
    assert "1 Relais" in words(chosen)
    assert f'href="{pages[-1]}/comparaison/proportional?q=mende"' in chosen.text
    assert f'<option value="{id_of(pages[0])}" selected>' in chosen.text


def test_a_half_goes_up_as_in_the_sentences_of_lines() -> None:
    assert [percent_of(one) for one in (0.0, 1 / 3, 2 / 3, 1.0)] == [0, 33, 67, 100]
    # Floating point says 66.5 and 28.499999999999996: one goes down by the even rule, the other by its last digit.
    assert [percent_of(133 / 200), percent_of(57 / 200)] == [67, 29]
    assert percent_of(21 / 40 / 1.05) == 50
