"""Pages of proposals, by the clicks that the coordination makes, without script."""

import asyncio
from collections.abc import Callable

import pytest
from distribute.allocation.proposals import worker
from distribute.allocation.proposals.pages import elapsed, verdict
from distribute.allocation.proposals.repository import ProposalsRepository
from distribute.engine.archive import Replay
from filiere.testing.answers import Json

from .conftest import World
from .test_pages import computed, submit, words
from .test_proposals_worker import workers

TABLET = {"category": "tablet", "quantity": 3, "min_grade": "C"}
POLL = {"HX-Request": "true"}


async def failed(world: World) -> Json:
    """A proposal whose computation did not come to an end."""
    asked = await world.call(world.coordinator, "/proposals", status=202)
    async with world.database.unit_of_work() as session:
        repository = ProposalsRepository.from_session(session)
        claim = await repository.claim(worker.SILENT_S)
        assert claim is not None
        await repository.fail(claim, worker.BROKE)
    return asked


async def two_relais(world: World) -> tuple[Json, Json, list[Json]]:
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    orders = [await world.order(one, TABLET) for one in (mende, lyon)]
    await world.ready(4)
    return mende, lyon, orders


async def test_from_the_wish_to_the_promise(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    asked = await submit(browser, "/attributions", "/attributions/propositions")
    assert "Le calcul se prépare" in words(asked)
    assert 'hx-trigger="every 1s"' in asked.text
    desk = words(await browser.get("/attributions"))
    assert "1 calcul en cours" in desk
    assert "vous attend" not in desk
    page = str(asked.url.path)
    async with workers(world):
        for _ in range(200):
            await asyncio.sleep(0.05)
            shown = await browser.get(page)
            if "Réserver ces équipements" in words(shown):
                break
    assert "1 proposition vous attend" in words(await browser.get("/attributions"))
    assert "4 équipements proposés sur 6 demandés" in words(shown)
    assert "2 Relais reçoivent quelque chose" in words(shown)
    assert "4 équipements prêts conviennent à cette ligne, pour 6 demandés" in words(shown)
    proved = await submit(browser, page, f"{page}/verifier")
    assert "le calcul refait donne le même résultat" in words(proved)
    run = await submit(browser, page, f"{page}/approuver")
    assert "Attribution n° 1 faite." in words(run)
    assert "Voir la proposition et sa preuve" in words(run)
    assert "Approuvée" in words(await browser.get(page))
    again = await browser.post(f"{page}/approuver", data={"csrf_token": ""})
    assert again.status_code in (403, 409)


async def test_the_coordination_changes_a_line_and_changes_its_mind(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    page = await computed(world)
    lines = (await world.read(world.coordinator, f"/proposals/{page.rpartition('/')[2]}/lines"))["items"]
    line = next(one for one in lines if one["relais_name"] == "Lyon")
    form = f"{page}/lignes/{line['line_id']}"
    refused = await submit(browser, form, given="4", reason="Un atelier ouvre lundi.")
    assert refused.status_code == 422
    assert "La ligne attend 3 équipements au plus." in words(refused)
    assert "Un atelier ouvre lundi." in refused.text
    scarce = await submit(browser, form, given="3", reason="Un atelier ouvre lundi.")
    assert "2 au plus : rien d'autre de ce que la ligne accepte n'est libre." in words(scarce)
    changed = await submit(browser, form, given="1", reason="Un atelier ouvre lundi.")
    assert "Décision de la coordination : Un atelier ouvre lundi." in words(changed)
    assert "Modifiée" in words(await browser.get(page, params={"lignes": "changed"}))
    exported = await browser.get(f"{page}/lignes.csv", params={"q": "lyon"})
    assert exported.text.count("\r\n") == 2
    assert "part_avant;part_apres;raison" in exported.text
    # The shares are those that were computed, whatever the coordination changes.
    assert f";3;2;1;0,0;{2 / 3:.4f};".replace(".", ",") in exported.text
    assert "3 équipements proposés sur 6 demandés" in words(await browser.get(page))
    back = await submit(browser, form, f"{form}/retablir")
    assert "Décision de la coordination" not in words(back)
    dropped = await submit(browser, page, f"{page}/abandonner")
    assert "abandonnée" in words(dropped)
    assert await world.statuses() == {"available": 4}


async def test_lines_come_page_by_page_in_the_order_of_all(world: World) -> None:
    await two_relais(world)
    await world.order(await world.relais("Brest", postcode="29200"), TABLET)
    page = await computed(world)
    lines = f"/proposals/{page.rpartition('/')[2]}/lines"

    async def read(only: str, offset: int, limit: int) -> Json:
        return await world.read(world.coordinator, lines, only=only, offset=offset, limit=limit)

    for only, count in (("", 3), ("short", 3), ("complete", 0), ("changed", 0)):
        every = (await read(only, 0, 50))["items"]
        assert len(every) == count
        parts = [await read(only, at, 2) for at in (0, 2, 4)]
        assert [one for part in parts for one in part["items"]] == every
        assert {part["total"] for part in parts} == {count}
        sought = await world.read(world.coordinator, lines, only=only, q="r", limit=50)
        assert sought["items"] == [one for one in every if "r" in (one["relais_name"] + one["reference"]).casefold()]


async def test_lines_are_sorted_and_searched_as_whoever_reads_all_of_them_would(world: World) -> None:
    for name in ("Écluse", "amitié", "Brest", "brest"):
        await world.order(await world.relais(name), {**TABLET, "quantity": 1 + len(name) % 3})
    await world.order(await world.relais("Zinc"), TABLET, {**TABLET, "quantity": 1})
    await world.ready(6)
    page = await computed(world)
    browser = await world.client.login("camille")
    every = (await world.read(world.coordinator, f"/proposals/{page.rpartition('/')[2]}/lines", limit=50))["items"]
    by = {"relais": lambda one: one["relais_name"].lower(), "given": lambda one: one["given"]}

    for sort in ("", "relais", "-relais", "given", "-given"):
        for only in ("", "short", "complete"):
            for q in ("", "BRE", "r-", every[1]["reference"].lower(), "%"):
                wanted = [
                    one
                    for one in (sorted(every, key=by[sort.strip("-")], reverse=sort[:1] == "-") if sort else every)
                    if not only or (one["given"] < one["wanted"]) == (only == "short")
                    if q.lower() in one["relais_name"].lower() or q.lower() in one["reference"].lower()
                ]
                asked = {"tri": sort, "lignes": only, "q": q}
                sheet = (await browser.get(f"{page}/lignes.csv", params=asked)).text.splitlines()[1:]
                told = [(row.split(";")[0], row.split(";")[1]) for row in sheet]
                assert told == [(one["reference"], one["relais_name"]) for one in wanted], asked


async def test_what_failed_stays_in_sight_until_another_one_is_computed(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    lost = await failed(world)
    desk = await browser.get("/attributions")
    assert "1 calcul n'a pas abouti" in words(desk)
    assert "Recommencez ; si cela dure, prévenez l'exploitation." in words(desk)
    assert f"/attributions/propositions/{lost['id']}" in desk.text
    assert "vous attend" not in words(desk)
    again = await submit(browser, "/attributions", "/attributions/propositions", policy="")
    assert "Le calcul se prépare" in words(again) or "Le calcul avance" in words(again)
    assert "1 calcul n'a pas abouti" in words(await browser.get("/attributions"))
    await computed(world)
    later = words(await browser.get("/attributions"))
    assert "n'a pas abouti" not in later
    assert "1 proposition vous attend" in later


async def test_a_failure_of_weeks_ago_is_in_the_list_alone(world: World) -> None:
    await failed(world)
    async with world.database.unit_of_work() as session:
        driver = await ProposalsRepository.from_session(session).driver()
        await driver.execute("UPDATE allocation_proposal SET ended_at = ended_at - interval '8 days'")
    browser = await world.client.login("camille")
    assert "n'a pas abouti" not in words(await browser.get("/attributions"))
    assert "Échouée" in words(await browser.get("/attributions/propositions", params={"statut": "failed"}))


async def test_all_proposals_are_listed_by_status_page_by_page(world: World) -> None:
    browser = await world.client.login("camille")
    listing = "/attributions/propositions"
    assert "Aucune proposition pour l'instant" in words(await browser.get(listing))
    await two_relais(world)
    page = await computed(world)
    await submit(browser, page, f"{page}/abandonner")
    await failed(world)
    await computed(world)
    everything = words(await browser.get(listing))
    assert "3 propositions" in everything
    assert everything.index("n° 3") < everything.index("n° 1")
    cancelled = words(await browser.get(listing, params={"statut": "cancelled"}))
    assert "1 proposition " in cancelled
    assert "n° 1" in cancelled
    assert "n° 2" not in cancelled
    assert "Rien ne correspond" in words(await browser.get(listing, params={"statut": "approved"}))
    async with world.database.unit_of_work() as session:
        driver = await ProposalsRepository.from_session(session).driver()
        await driver.execute(
            "INSERT INTO allocation_proposal (id, status, requested_by)"
            " SELECT gen_random_uuid(), 'waiting', 'camille' FROM generate_series(1, 51)"
        )
    second = words(await browser.get(listing, params={"statut": "waiting", "page": 2}))
    assert "page 2 sur 2" in second
    assert "51 à 51 sur 51" in second


async def test_the_api_lists_proposals_of_one_status(world: World) -> None:
    lost = await failed(world)
    waiting = await world.call(world.coordinator, "/proposals", status=202)
    for status, proposal in (("failed", lost), ("waiting", waiting)):
        answer = await world.coordinator.get("/api/v1/proposals", params={"status": status})
        assert [one["id"] for one in answer.json()["items"]] == [proposal["id"]]
    assert (await world.coordinator.get("/api/v1/proposals", params={"status": "perdue"})).status_code == 422


async def test_what_is_not_computed_says_so_instead_of_not_existing(world: World) -> None:
    await two_relais(world)
    waiting = await world.call(world.coordinator, "/proposals", status=202)
    given_up = await world.call(world.coordinator, "/proposals", status=202)
    await world.call(world.coordinator, f"/proposals/{given_up['id']}/cancel")
    answer = (await computed(world)).rpartition("/")[2]
    browser = await world.client.login("camille")
    for proposal, said in (
        (waiting, f"La proposition n° {waiting['number']} n'est pas encore calculée."),
        (given_up, f"La proposition n° {given_up['number']} a été abandonnée avant d'être calculée."),
    ):
        api = f"/proposals/{proposal['id']}"
        for path in (f"{api}/lines", f"{api}/comparison", f"/proposals/{answer}/comparison?with={proposal['id']}"):
            refused = await world.coordinator.get(f"/api/v1{path}")
            assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json"), path
            problem = refused.json()
            assert problem["type"] == "urn:filiere:problem:proposal-not-computed"
            assert problem["detail"].startswith(said)
        page = f"/attributions{api.replace('proposals', 'propositions')}"
        for path in ("lignes.csv", "comparaison", f"lignes/{answer}", "comparaison/first_come/relais.csv"):
            refused = await browser.get(f"{page}/{path}")
            assert refused.status_code == 409, path
            assert said in words(refused)
            assert "Dans cet état, il n'y a rien à montrer ici." in words(refused)
            assert "premier clic" not in words(refused), "nothing was asked for but to read"
    for path in (f"/api/v1/proposals/{answer[:-4]}0000/lines", f"/api/v1/proposals/{answer[:-4]}0000/comparison"):
        assert (await world.coordinator.get(path)).status_code == 404


async def test_each_step_is_told_once_and_the_end_without_leaving_the_page(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    asked = await submit(browser, "/attributions", "/attributions/propositions")
    page = str(asked.url.path)
    region = 'role="status" id="told">'
    assert f"{region}</p>" in asked.text
    assert "Demandée il y a" in words(asked)
    same = await browser.get(page, params={"etape": "waiting"}, headers=POLL)
    assert region not in same.text, "what was told is not told again"
    assert "hx-reselect" not in same.headers
    other = await browser.get(page, params={"etape": "reading"}, headers=POLL)
    assert f"{region}Le calcul va commencer." in other.text
    async with workers(world):
        for _ in range(200):
            await asyncio.sleep(0.05)
            over = await browser.get(page, params={"etape": "reasons"}, headers=POLL)
            if "hx-reselect" in over.headers:
                break
    assert f"{region}Le calcul est terminé. 4 équipements proposés." in over.text
    assert over.headers["hx-retarget"] == "#proposal"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-0.2, "0 s"), (59.9, "59 s"), (65, "1 min 05 s"), (3600, "1 h 00 min"), (3725, "1 h 02 min")],
)
def test_the_time_that_went_by_is_said_in_words(seconds: float, said: str) -> None:
    assert elapsed(seconds).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    ("proved", "kind", "said"),
    [
        (Replay(True, True, True), "ok", "donne le même résultat"),
        (Replay(False, False, True), "info", "une autre version du calcul"),
        (Replay(False, True, False), "info", "une autre version du calcul"),
        (Replay(False, True, True), "wait", "Cela ne devrait pas arriver : prévenez l'exploitation."),
    ],
)
def test_another_answer_of_the_same_program_is_a_warning(proved: Replay, kind: str, said: str) -> None:
    text, as_kind = verdict(proved)
    assert as_kind == kind
    assert said in text.replace("\u00a0", " ")


async def test_one_rule_alone_is_not_asked_for(world: World) -> None:
    await two_relais(world)
    browser = await world.client.login("camille")
    assert 'name="policy"' not in (await browser.get("/attributions")).text
    assert "Simulation" not in words(await browser.get(await computed(world)))


async def test_another_rule_is_chosen_said_and_compared_but_not_approved(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_2030", valid_from="2030-01-01", cap_per_run="1")
    with_rules("allocation_2020", valid_from="2020-01-01")
    await two_relais(world)
    browser = await world.client.login("camille")
    choice = await browser.get("/attributions")
    assert "Règle du 1er janvier 2026, en vigueur" in words(choice)
    assert "Règle du 1er janvier 2030, pas encore en vigueur" in words(choice)
    assert "Règle du 1er janvier 2020, remplacée" in words(choice)
    assert 'value="" checked' in choice.text
    asked = await submit(browser, "/attributions", "/attributions/propositions", policy="allocation_2030")
    assert "Simulation d'une autre règle : celle du 1er janvier 2030." in words(asked)
    usual = await submit(browser, "/attributions", "/attributions/propositions", policy="")
    assert "Simulation" not in words(usual)
    async with workers(world):
        for one in (asked, usual):
            for _ in range(200):
                await asyncio.sleep(0.05)
                shown = await browser.get(one.url.path)
                if "Réserver ces équipements" in words(shown) or "elle ne s'approuve pas" in words(shown):
                    break
    assert "Simulation" not in words(await browser.get(usual.url.path))
    simulated = words(await browser.get(asked.url.path))
    assert "2 équipements proposés sur 6 demandés" in simulated, "at most one for each Relais"
    assert (
        "Simulation d'une autre règle : celle du 1er janvier 2030. La règle en vigueur est celle du 1er janvier 2026."
    ) in simulated
    assert "Réserver ces équipements" not in simulated
    told = await submit(browser, str(asked.url.path), f"{asked.url.path}/approuver")
    assert "Une simulation se compare, elle ne s'approuve pas" in words(told)
    assert "2 équipements proposés sur 6 demandés" in words(told), "back on the proposal"
    unknown = await submit(browser, "/attributions", "/attributions/propositions", policy="allocation_2040")
    assert unknown.status_code == 422
    assert "Cette politique n'existe pas. Il y a : allocation_2020, allocation_2026, allocation_2030." in words(unknown)
