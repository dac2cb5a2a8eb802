"""What a workshop had on its benches before: as far as it is proved, and never further."""

import asyncio
from typing import Any

import pytest
from filiere.calendar import now
from filiere.kafka import Received
from filiere.movein.ids import device_id
from filiere.testing.events import Published, published
from filiere.testing.sql import rows
from refurbish.arrivals.incoming import LotDispatched, LotManifest
from refurbish.moving_in.handlers import expect_and_put_in_place

from ..conftest import World
from .telling import GRADED, PROOF, READY, SOURCE, medium, tell, work


async def heard(world: World, topic: str) -> list[Published]:
    return [one for one in await published(world.database) if one.topic == topic]


async def announced(world: World, *keys: str, **said: Any) -> str:
    """Collect sends a lot with these devices."""
    lot: str = await world.expects(*[world.device(device_id=str(device_id(SOURCE, key)), **said) for key in keys])
    return lot


async def seen(world: World, key: str) -> Any:
    return await world.get(f"/devices/{device_id(SOURCE, key)}")


async def test_a_device_with_every_proof_is_ready_and_the_chain_hears_each_step_on_its_day(world: World) -> None:
    await tell(world, work("M-1", media=[medium()], **READY))
    await announced(world, "M-1")
    device = await seen(world, "M-1")
    assert (device["stage"], device["grade"]) == ("ready", "B")
    told = [(one.name, str(one.data["occurred_at"])[:10]) for one in await heard(world, "refurbish.devices")]
    assert told == [
        ("device-arrived", "2024-02-01"),
        ("device-erased", "2024-02-02"),
        ("device-tested", "2024-02-03"),
        ("device-graded", "2024-02-04"),
        ("device-ready", "2024-02-05"),
    ]
    lots = await heard(world, "refurbish.lots")
    assert [one.name for one in lots] == ["lot-arrived", "lot-reconciled"]
    assert lots[1].data["missing"] == []


@pytest.mark.parametrize(
    ("said", "stage"),
    [
        ({}, "arrived"),
        ({"media": [medium(erasure=None)], **READY}, "arrived"),
        ({"media": [medium(verifier=None)], **READY}, "erasing"),
        ({"media": [medium(verifier=" camille MOREAU ")], **READY}, "erasing"),
        ({"media": [medium(operator="Amélie Durand", verifier="Amelie  Durand")], **READY}, "erasing"),
        ({"media": [medium(operator="Am\u00e9lie Durand", verifier="Ame\u0301lie Durand")], **READY}, "erasing"),
        ({"media": [medium(erased_on="2024-01-31")], **READY}, "arrived"),
        ({"media": [medium(erased_on="2024-02-01")], **READY}, "ready"),
        ({"media": [medium(), medium("S4NSSD0002", erased_on="2020-01-01")], **READY}, "erasing"),
        ({"media": [medium(level="clear")], **READY}, "arrived"),
        ({"media": [medium(), medium("S4NSSD0002", erasure=None)], **READY}, "erasing"),
        ({"media": [medium("N/A")], **READY}, "arrived"),
        ({"media": [medium(), medium("N/A")], **READY}, "erasing"),
        ({"no_storage_by": "Camille Moreau", **READY}, "ready"),
        ({"media": [medium()]}, "erased"),
        ({"media": [medium()], "tests_passed": True}, "tested"),
        ({"media": [medium()], "tests_passed": True, "graded": GRADED}, "graded"),
        ({"media": [medium()], **READY, "tests_passed": False}, "erased"),
        ({"withdrawn": "board", "withdrawn_on": "2024-03-01"}, "withdrawn"),
        ({"withdrawn": "what no list says"}, "withdrawn"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_it_stands_where_the_first_step_without_a_proof_is(
    world: World, said: dict[str, Any], stage: str
) -> None:
    await tell(world, work("M-1", **said))
    await announced(world, "M-1")
    assert await world.stage(device_id(SOURCE, "M-1")) == stage


@pytest.mark.parametrize(
    "said",
    [
        {"tests_passed": True, "tested_on": "2024-01-31"},
        {"graded": {**GRADED, "graded_on": "2024-01-31"}},
        {"ready_on": "2024-01-31"},
        {"withdrawn": "board", "withdrawn_on": "2024-01-31"},
    ],
    ids=["tested", "graded", "ready", "withdrawn"],
)
async def test_no_step_of_the_bench_is_before_it_came(world: World, said: dict[str, Any]) -> None:
    body = {"source": SOURCE, "devices": [work("M-0"), work("M-1", **said)]}
    answer = await world.coordination.post("/api/v1/moving-in", json=body)
    assert (answer.status_code, "M-1 : Testé, classé" in answer.text) == (422, True), answer.text
    assert await rows(world.database, "SELECT count(*) FROM moving_in") == [(0,)]


@pytest.mark.parametrize("twin", ["m-1", "M-1", " M-1"])
async def test_two_names_that_are_one_are_refused_together(world: World, twin: str) -> None:
    body = {"source": SOURCE, "devices": [work("M-1"), work(twin)]}
    answer = await world.coordination.post("/api/v1/moving-in", json=body)
    assert (answer.status_code, "sont ici le même nom" in answer.text) == (422, True), answer.text


async def test_a_proof_that_only_one_person_signed_waits_for_a_second_as_any_other(world: World) -> None:
    await tell(world, work("M-1", media=[medium(verifier=None)], **READY))
    await announced(world, "M-1")
    await world.confirm(str(device_id(SOURCE, "M-1")))
    assert await world.stage(device_id(SOURCE, "M-1")) == "erased"


async def test_a_telephone_is_not_ready_without_its_memory(world: World) -> None:
    await tell(world, work("M-1", no_storage_by="Camille Moreau", **READY))
    await announced(world, "M-1", category="smartphone")
    assert await world.stage(device_id(SOURCE, "M-1")) == "arrived"


async def test_told_after_its_lot_came_it_is_put_there_at_once(world: World) -> None:
    await announced(world, "M-1")
    await tell(world, work("M-1", media=[medium()], **READY))
    assert await world.stage(device_id(SOURCE, "M-1")) == "ready"


async def test_the_same_again_changes_nothing(world: World) -> None:
    told = work("M-1", media=[medium()], **READY)
    first = await tell(world, told)
    await announced(world, "M-1")
    before = len(await published(world.database))
    again = await tell(world, told)
    assert (first["new"], first["known"], again["new"], again["known"]) == (1, 0, 0, 1)
    assert len(await published(world.database)) == before


async def test_what_was_done_here_since_is_not_undone(world: World) -> None:
    lot = await announced(world, "M-1")
    await world.post(f"/lots/{lot}/arrive", {"labels": [(await seen(world, "M-1"))["label"]]})
    await tell(world, work("M-1", media=[medium()], **READY))
    assert await world.stage(device_id(SOURCE, "M-1")) == "arrived"


async def test_a_lot_of_which_one_device_was_not_told_is_not_counted_by_itself(world: World) -> None:
    await tell(world, work("M-1"))
    await announced(world, "M-1", "M-2")
    assert [one.name for one in await heard(world, "refurbish.lots")] == ["lot-arrived"]


async def test_workshops_are_those_that_are_here_or_new_ones_once(world: World) -> None:
    said = [
        {"key": "LENS", "name": "atelier de  lens", "city": "Lens", "postcode": "62300"},
        {"key": "LILLE", "name": "Atelier de Lille", "city": "Lille", "postcode": "59000", "capacity": {"laptop": 20}},
    ]
    first = await tell(world, workshops=said)
    again = await tell(world, workshops=said)
    assert first["ids"]["LENS"] == world.id
    assert (first["new"], again["new"]) == (1, 0)
    assert first["ids"] == again["ids"]


async def test_twenty_at_once_tell_it_once(world: World) -> None:
    await announced(world, *[f"M-{n}" for n in range(5)])
    told = [work(f"M-{n}", media=[medium(f"S4NSSD100{n}")], **READY) for n in range(5)]
    answers = await asyncio.gather(*[tell(world, *told) for _ in range(20)])
    assert sum(one["new"] for one in answers) == 5
    assert len([one for one in await heard(world, "refurbish.devices") if one.name == "device-ready"]) == 5


async def test_told_while_its_lot_is_being_heard_it_waits_and_is_put_there(world: World) -> None:
    """Two transactions at once: each would miss the other's row, and nothing ever looks again."""
    _, events = world.lot([world.device(device_id=str(device_id(SOURCE, "M-1")))])
    sent, manifest = events
    heard_of = [
        Received[Any](LotDispatched.model_validate(sent.data), sent.id, sent.type, sent.key, now()),
        Received[Any](LotManifest.model_validate(manifest.data), manifest.id, manifest.type, manifest.key, now()),
    ]
    async with world.database.unit_of_work() as hearing:
        await expect_and_put_in_place(hearing, heard_of)
        telling = asyncio.create_task(tell(world, work("M-1", media=[medium()], **READY)))
        done, _ = await asyncio.wait({telling}, timeout=0.3)
        assert done == set()
    await telling
    assert await world.stage(device_id(SOURCE, "M-1")) == "ready"


async def test_progress_says_what_waits_for_its_lot(world: World) -> None:
    await tell(world, work("M-1"), work("M-2"))
    await announced(world, "M-1")
    answer = await world.coordination.get("/api/v1/moving-in", params={"source": SOURCE})
    assert answer.json() == {"told": 2, "done": 1}


async def test_the_certificate_says_from_where_it_was_carried_over(world: World) -> None:
    await tell(world, work("M-1", media=[medium()]))
    await announced(world, "M-1")
    (erasure,) = await world.get(f"/devices/{device_id(SOURCE, 'M-1')}/erasures")
    assert (erasure["operator_name"], erasure["verified_by"]) == (PROOF["operator"], PROOF["verifier"])
    ((evidence,),) = await rows(world.database, "SELECT evidence FROM erasure")
    assert evidence == "Repris de BOLC, équipement M-1. Preuve : effacement-0042.pdf"
