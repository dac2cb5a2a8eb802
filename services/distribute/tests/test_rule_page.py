"""The page of the published rules: which one, what it says, what another one says differently."""

from collections.abc import Callable

from .conftest import World
from .test_pages import words


async def test_the_rule_that_is_asked_for_is_shown_beside_the_one_in_force(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_2030", valid_from="2030-01-01", cap_per_run="25", urgent_percent="40")
    browser = await world.client.login("camille")
    in_force = await browser.get("/attributions/regle")
    assert "Règle en vigueur, depuis le 1er janvier 2026." in words(in_force)
    assert "Règle du 1er janvier 2030, pas encore en vigueur" in words(in_force)
    assert 'href="/attributions/regle?regle=allocation_2030"' in in_force.text
    assert "20 % du stock prêt de chaque type d'équipement" in words(in_force)
    other = words(await browser.get("/attributions/regle", params={"regle": "allocation_2030"}))
    assert "Ce n'est pas la règle en vigueur : c'est celle du 1er janvier 2026." in other
    assert "Règle du 1er janvier 2026, en vigueur" in other
    assert "Part des lignes urgentes 40 % au plus 20 % au plus" in other
    assert "Plafond d'un Relais par attribution 25 équipements aucun" in other
    assert "Mois d'historique comptés" not in other, "what is the same is not listed"
    by_label = words(await browser.get("/attributions/regle", params={"regle": "allocation_2030 v1"}))
    assert "un Relais reçoit au plus 25 équipements" in by_label
    lost = await browser.get("/attributions/regle", params={"regle": "allocation_1999"})
    assert lost.status_code == 404
    assert "n'est pas, ou plus, publiée" in words(lost)


async def test_the_share_and_the_last_tie_are_said_as_they_are_computed(world: World) -> None:
    relais = await world.relais()
    rule = words(await (await world.client.login(relais["subject"])).get("/attributions/regle"))
    for said in (
        "Ce qui lui a été attribué et qu'il garde, sur ce même nombre et ce qui lui manque encore.",
        "Le reste d'une commande close ou annulée n'y compte pas.",
        "l'ordre des identifiants des Relais décide",
    ):
        assert said in rule
    assert "Les règles publiées" not in rule, "there is one"
