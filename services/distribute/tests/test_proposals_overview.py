"""The desk of the coordination: what waits, under which rule and on which stock; whether something runs by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from distribute.allocation.continuous_words import Continuous, continuous
from distribute.allocation.proposals import service as proposals
from distribute.allocation.proposals.computing import computed as compute
from distribute.engine import policies
from distribute.settings import DistributeSettings
from filiere.calendar import today
from filiere.database import Database
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.client import service_client

from .conftest import World
from .test_continuous import promising, until_reserved
from .test_pages import computed, submit, words
from .test_proposal_pages import failed, two_relais

TABLET = {"category": "tablet", "quantity": 3, "min_grade": "C"}


async def test_a_proposal_of_before_a_run_is_marked_and_not_offered_again(world: World) -> None:
    await two_relais(world)
    await computed(world)
    browser = await world.client.login("camille")
    before = await browser.get("/attributions")
    assert "Demandée avant" not in words(before)
    assert "La proposition n° 1 vous attend déjà" in words(before)
    assert "Ouvrir la proposition n° 1" in words(before)
    run = await world.allocate()
    after = words(await browser.get("/attributions"))
    assert f"Demandée avant l'attribution n° {run['number']} : ce qui a été promis depuis sera laissé de côté." in after
    assert "vous attend déjà" not in after, "it is of another stock"
    await world.call(world.coordinator, f"/allocations/{run['id']}/undo")
    assert "Demandée avant" not in words(await browser.get("/attributions")), "what was promised came back"


async def test_a_second_proposal_stays_possible_and_the_first_one_is_offered(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    first = await submit(browser, "/attributions", "/attributions/propositions")
    for page in ("/attributions", "/attributions/propositions"):
        shown = await browser.get(page)
        assert "La proposition n° 1 est déjà en cours de calcul sur le stock de maintenant" in words(shown)
        assert f'href="{first.url.path}"' in shown.text
        assert "En préparer une autre" in words(shown)
    await submit(browser, "/attributions", "/attributions/propositions")
    assert "2 calculs en cours" in words(await browser.get("/attributions"))


async def test_starting_again_after_a_failure_offers_the_one_at_work_first(world: World) -> None:
    await two_relais(world)
    await failed(world)
    browser = await world.client.login("camille")
    alone = await browser.get("/attributions")
    assert "Recommencer le calcul" in words(alone)
    assert "est déjà en cours de calcul" not in words(alone)
    await submit(browser, "/attributions", "/attributions/propositions", policy="")
    again = words(await browser.get("/attributions")).partition("n'a pas abouti")[2]
    assert "Recommencer le calcul La proposition n° 2 est déjà en cours de calcul" in again


async def test_a_simulation_under_another_rule_is_marked_on_the_desk(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_2030", valid_from="2030-01-01", cap_per_run="1")
    await two_relais(world)
    browser = await world.client.login("camille")
    await computed(world)
    assert "Simulation" not in words(await browser.get("/attributions"))
    async with world.database.read() as session:
        problem, policy = await proposals.take_snapshot(session, today(), policies()["allocation_2030"])
    async with world.database.unit_of_work() as session:
        await proposals.keep(session, await compute(problem, policy), "camille")
    shown = words(await browser.get("/attributions"))
    assert "Simulation sous une autre règle que celle en vigueur : celle du 1er janvier 2030." in shown


async def test_the_list_of_proposals_is_exported_with_its_filter(world: World) -> None:
    await two_relais(world)
    await failed(world)
    await computed(world)
    browser = await world.client.login("camille")
    address = "/attributions/propositions.csv"
    everything = (await browser.get(address)).content.decode("utf-8-sig").splitlines()
    assert everything[0] == "proposition;demandee;demandes;proposes;lignes;regle;statut;echec"
    assert [line.partition(";")[0] for line in everything[1:]] == ["2", "1"]
    assert ";6;4;2;allocation_2026 v1;À approuver;" in everything[1]
    lost = (await browser.get(address, params={"statut": "failed"})).content.decode("utf-8-sig").splitlines()
    assert len(lost) == 2
    assert "Échouée" in lost[1]


async def test_the_desk_says_whether_the_continuous_mode_is_on(
    world: World, service: Service, settings: Settings, database: Database
) -> None:
    browser = await world.client.login("camille")
    assert "Le mode continu est arrêté" in words(await browser.get("/attributions"))
    await world.order(await world.relais(), TABLET)
    async with promising(world):
        await world.ready(2)
        await until_reserved(world, 2)
    run = (await world.read(world.coordinator, "/allocations"))["items"][0]
    by_itself = settings.model_copy(update={"continuous_allocation": timedelta(seconds=30)})
    async with service_client(service, by_itself, database) as client:
        browser = await client.login("camille")
        desk = words(await browser.get("/attributions"))
        assert "Le mode continu est en marche. Ce qui devient prêt est attribué de lui-même, une fois toutes" in desk
        assert "n° 1 automatique" in desk
        page = words(await browser.get(f"/attributions/{run['id']}"))
        assert "faite par le mode continu" in page
        assert "ce qui redevient disponible est promis à d'autres, dans la minute" in page
        assert "Les lignes attendent de nouveau" not in page


@pytest.mark.parametrize(
    ("seconds", "pace", "soon"),
    [
        (0.05, "une fois par seconde", "dans la minute"),
        (30, "une fois toutes les 30 secondes", "dans la minute"),
        (60, "une fois par minute", "dans la minute"),
        (300, "une fois toutes les 5 minutes", "d'ici 5 minutes"),
    ],
)
def test_the_pace_of_the_continuous_mode_is_said_in_words(seconds: float, pace: str, soon: str) -> None:
    mode = Continuous(timedelta(seconds=seconds))
    assert (mode.pace.replace("\u00a0", " "), mode.soon.replace("\u00a0", " ")) == (pace, soon)


def test_the_mode_is_off_where_it_is_not_set() -> None:
    assert continuous(DistributeSettings.model_construct(continuous_allocation=None)) is None
