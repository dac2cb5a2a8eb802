"""Once a campaign is over, each structure that ordered is asked for its account."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from distribute.campaign_accounts.service import ask_for_accounts
from filiere.calendar import clock_at, today

from .campaigning import line, opened
from .conftest import World
from .test_pages import submit, words


async def served(world: World, *, others: bool = True) -> tuple[Any, Any]:
    """(a campaign that is closed, the structure that received three and handed two over)."""
    relais = await world.relais("Maison du Pont")
    beside = [await world.relais("Sans commande")] if others else []
    made = await opened(world, relais, *beside, share_percent=100)
    _, labels = await world.delivered(relais, 3, line(made))
    for label, public in zip(labels[:2], ("seniors", "femmes"), strict=True):
        body = {"label": label, "kind": "given", "public": public}
        await world.call(relais["client"], "/handovers", body, status=201)
    await world.call(world.coordinator, f"/campaigns/{made['id']}/close", {"reason": "Objectif atteint"})
    return made, relais


async def test_who_ordered_is_asked_once_and_reminded_once(world: World) -> None:
    made, relais = await served(world)
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")
    assert await ask_for_accounts(world.database) == 1, "who ordered nothing has no account to give"
    assert await ask_for_accounts(world.database) == 0
    with clock_at(datetime.combine(today() + timedelta(days=15), time(10), UTC)):
        assert await ask_for_accounts(world.database) == 1
        assert await ask_for_accounts(world.database) == 0
    rows = await world.rows("SELECT kind, page FROM mail WHERE kind LIKE 'campaign-account%' ORDER BY kind")
    here = f"/campagnes/{made['id']}/bilans/{relais['id']}"
    assert [(row["kind"], row["page"]) for row in rows] == [
        ("campaign-account-asked", here), ("campaign-account-reminder", here),
    ]  # fmt: skip


async def test_its_lead_reads_what_is_counted_and_says_a_sentence(world: World) -> None:
    made, relais = await served(world)
    lead = await world.client.login(relais["subject"])
    here = f"/campagnes/{made['id']}/bilans/{relais['id']}"
    assert "Écrire notre bilan" in words(await lead.get(f"/campagnes/{made['id']}"))
    shown = words(await lead.get(here))
    assert "Commandés 3 Reçus 3 Remis 2 2 tablettes" in shown.replace("\xa0", " ")
    assert "Femmes : 1" in shown.replace("\xa0", " ")
    named = await submit(lead, here, said="Appelez Nadia au 06 12 34 56 78.")
    assert named.status_code == 422
    kept = await submit(lead, here, said="Deux familles écrivent enfin à l'école.")
    assert "Votre bilan est gardé" in words(kept)
    again = await submit(lead, here, said="Trois familles écrivent enfin à l'école.")
    assert "Trois familles" in again.text
    camille = await world.client.login("camille")
    assert "Trois familles" in words(await camille.get(f"/campagnes/{made['id']}/bilans"))


async def test_the_coordination_reads_of_a_structure_no_public(world: World) -> None:
    made, relais = await served(world)
    camille = await world.client.login("camille")
    pages = (f"bilans/{relais['id']}", "bilans", "bilans.csv", "bilan.csv")
    for page in pages:
        said = (await camille.get(f"/campagnes/{made['id']}/{page}")).text
        assert "Maison du Pont" in said
        assert not any(one in said for one in ("Séniors", "Femmes", "femmes", "seniors")), page
    sheet = (await camille.get(f"/campagnes/{made['id']}/bilans.csv")).text.replace('"', "")
    assert "Maison du Pont;Mende;48;3;3;2;2 tablettes;" in sheet
    paper = await camille.get(f"/campagnes/{made['id']}/bilan.pdf")
    assert paper.content.startswith(b"%PDF")


async def test_the_coordination_reminds_those_who_have_not_answered(world: World) -> None:
    made, _ = await served(world, others=False)
    await ask_for_accounts(world.database)
    camille = await world.client.login("camille")
    here = f"/campagnes/{made['id']}/bilans"
    assert "1 structure est invitée à dire une phrase · 0 a répondu" in words(await camille.get(here))
    assert "moins d'une semaine" in words(await submit(camille, here, f"{here}/rappeler"))
    with clock_at(datetime.combine(today() + timedelta(days=8), time(10), UTC)):
        late = await world.client.login("camille")
        assert "1 rappel part" in words(await submit(late, here, f"{here}/rappeler"))


async def test_who_left_and_had_ordered_still_counts(world: World) -> None:
    relais = await world.relais("Maison du Pont")
    idle = await world.relais("Sans commande")
    made = await opened(world, relais, idle, share_percent=100)
    await world.delivered(relais, 1, line(made, quantity=1))
    for one in (relais, idle):
        await world.call(one["client"], f"/campaigns/{made['id']}/leave", {"relais_id": one["id"]})
    said = words(await (await world.client.login("camille")).get(f"/campagnes/{made['id']}/bilans"))
    assert "Maison du Pont" in said
    assert "Sans commande" not in said


async def test_no_account_before_the_end_and_none_of_others(world: World) -> None:
    relais, other = await world.relais(), await world.relais("Une autre")
    made = await opened(world, relais)
    lead, stranger = await world.client.login(relais["subject"]), await world.client.login(other["subject"])
    here = f"/campagnes/{made['id']}/bilans/{relais['id']}"
    assert "une fois la campagne finie" in words(await lead.get(here))
    early = await submit(lead, here, said="Trop tôt.")
    assert early.status_code == 422
    assert (await stranger.get(here)).status_code == 404
    assert (await stranger.get(f"/campagnes/{made['id']}/bilans/{other['id']}")).status_code == 404, "took no part"
