"""Several audits of one machine: each completes the others, the newest word counts, what was swapped is seen."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from filiere.catalogue.grades import StorageKind
from filiere.identifiers import uuid7
from filiere.inventories.facts import BatteryFact, HardwareFacts, MediumFact, ModuleFact
from hypothesis import given
from hypothesis import strategies as st
from refurbish.audits.audit import Audit, Status, WithdrawnFor
from refurbish.audits.difference import difference, media_seen
from refurbish.audits.known import known
from refurbish.devices.device import Medium

from ..conftest import World
from .shapes import LSHW, T480, device, plain

DISK, OTHER = "S425NA0M123456", "76DXT1234"
BATTERIES = {
    "partial": True,
    "content": {
        "bios": {"ssn": "PF1A2B3C"},
        "batteries": [{"capacity": 24000, "real_capacity": 18000}, {"capacity": 24000, "real_capacity": 12000}],
    },
}
SMART = {
    "smartctl": {"exit_status": 0}, "device": {"name": "/dev/sda"}, "model_name": "TOSHIBA MQ01ABD1",
    "serial_number": OTHER, "user_capacity": {"bytes": 1000204886016}, "rotation_rate": 5400,
    "smart_status": {"passed": False}, "power_on_time": {"hours": 41000},
}  # fmt: skip
NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)


def audit(facts: HardwareFacts, hour: int, **said: Any) -> Audit:
    return Audit(uuid7(), uuid7(), "0" * 64, facts, None, "Ada", NOON + timedelta(hours=hour), **said)


def facts(**said: Any) -> HardwareFacts:
    return HardwareFacts(source="lshw", **said)


def module(serial: str, size: float = 4) -> ModuleFact:
    return ModuleFact(size_gb=size, serial=serial, slot="DIMM A", manufacturer="Samsung")


async def test_a_partial_audit_completes_and_replaces_nothing(world: World) -> None:
    """The battery's inventory, sent after the machine's: processor and disks are known as before."""
    device_id = await world.arrived(**T480)
    await world.post(f"/devices/{device_id}/audits", LSHW)
    later = await world.post(f"/devices/{device_id}/audits", BATTERIES)
    assert later["differences"] == []
    found = await world.get(f"/devices/{device_id}/facts")
    assert (found["cpu"]["value"], found["cpu"]["source"]) == ("Intel Core i5-8250U", "lshw")
    assert (found["battery_percent"]["value"], found["battery_percent"]["source"]) == (62.5, "glpi-json")
    assert [one["serial"] for one in found["media"]["value"]] == [DISK, OTHER]
    page = plain((await (await world.browser()).get(f"/equipements/{device_id}")).text)
    assert "62 %" in page
    assert "Intel Core i5-8250U" in page
    assert "2 batteries" in page
    assert "8 Go (8)" in page, "memory and modules of one audit stand together"
    await world.post(
        f"/devices/{device_id}/audits", {"content": {"bios": {"ssn": "PF1A2B3C"}, "hardware": {"memory": 4096}}}
    )
    page = plain((await (await world.browser()).get(f"/equipements/{device_id}")).text)
    assert "4 Go (8)" not in page


async def test_the_battery_that_was_measured_reaches_the_grade(world: World) -> None:
    device_id = await world.arrived(**T480)
    await world.post(f"/devices/{device_id}/audits", BATTERIES)
    await world.wiped(device_id)
    await world.tested(device_id)
    graded = await world.post(f"/devices/{device_id}/grade", {"ram_gb": 8, "cpu_mark": 6000, "cosmetic": "B"})
    assert graded["battery"] == "worn"


async def test_one_disk_s_own_word_is_added_to_what_is_known_of_it(world: World) -> None:
    device_id = await world.arrived(**T480)
    await world.post(f"/devices/{device_id}/audits", LSHW)
    assert (await world.post(f"/devices/{device_id}/audits", SMART))["differences"] == []
    media = (await world.get(f"/devices/{device_id}/facts"))["media"]["value"]
    [disk] = [one for one in media if one["serial"] == OTHER]
    assert (disk["serial"], disk["kind"], disk["hours"], disk["healthy"]) == (OTHER, "hdd", 41000, False)
    assert len((await world.get(f"/devices/{device_id}"))["media"]) == 2
    assert "En fin de vie" in (await (await world.browser()).get(f"/equipements/{device_id}")).text


async def test_a_disk_that_was_taken_out_is_told_by_the_next_audit_that_looks_for_all(world: World) -> None:
    device_id = await world.arrived(**T480)
    await world.post(f"/devices/{device_id}/audits", LSHW)
    without = copy.deepcopy(LSHW)
    core: Any = without["children"][0]  # type: ignore[index]
    [sata] = [one for one in core["children"][3]["children"] if one["id"] == "sata"]
    sata["children"] = [one for one in sata["children"] if one.get("serial") != OTHER]
    later = await world.post(f"/devices/{device_id}/audits", without)
    assert [plain(one) for one in later["differences"]] == [
        f"Le disque {OTHER} est déclaré, mais la machine ne le voit pas : a-t-il été retiré ?"
    ]


def test_a_module_that_was_exchanged_is_named_with_its_number() -> None:
    before = audit(facts(ram_gb=8, modules=(module("AAA1"), module("BBB2"))), 0)
    after = audit(facts(ram_gb=8, modules=(module("AAA1"), module("CCC3"))), 1)
    said = tuple(plain(one) for one in difference(device(), [], [after, before]).sentences)
    assert said == (
        "Une barrette a été retirée : Samsung, 4 Go, n° BBB2, DIMM A.",
        "Une barrette a été ajoutée : Samsung, 4 Go, n° CCC3, DIMM A.",
    )


def test_what_one_of_two_audits_does_not_speak_of_was_not_swapped() -> None:
    before = audit(facts(ram_gb=8, cpu="Intel Core i5-8250U", modules=(module("AAA1"),)), 0)
    after = audit(facts(battery_percent=80), 1)
    assert difference(device(), [], [after, before]).sentences == ()


def test_a_name_that_only_another_tool_spells_otherwise_is_no_other_processor() -> None:
    before = audit(facts(cpu="Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz"), 0)  # kept before names were tidied
    after = audit(facts(cpu="Intel Core i5-8250U"), 1)
    assert difference(device(), [], [after, before]).sentences == ()


def test_another_battery_is_told() -> None:
    before = audit(facts(batteries=(BatteryFact(serial="4711", new=24),)), 0)
    after = audit(facts(batteries=(BatteryFact(serial="4712", new=24),)), 1)
    assert difference(device(), [], [after, before]).sentences == (
        "La batterie a été changée depuis l'audit précédent.",
    )


def test_a_disk_without_a_number_is_the_one_that_is_declared_and_no_second_one() -> None:
    """Emmaüs Connect's line says « SSD 256 », the machine has one such disk."""
    declared = Medium(uuid7(), uuid7(), DISK, StorageKind.NVME, 256, "audit")
    seen = media_seen(device(), facts(media=(MediumFact(kind=StorageKind.SSD, size_gb=256),)), [declared])
    assert [one.serial for one in seen] == [DISK]
    assert media_seen(device(), facts(media=(MediumFact(kind=StorageKind.SSD, size_gb=256),))) == []
    listed = facts(media=(MediumFact(kind=StorageKind.SSD, size_gb=256),), lists_media=True)
    assert [one.serial for one in media_seen(device(), listed)] == [f"{device().label}-D1"]


VALUES = st.builds(
    facts,
    ram_gb=st.none() | st.sampled_from([4.0, 8.0]),
    cpu=st.none() | st.sampled_from(["Intel Core i5-8250U", "Apple M1"]),
    serial=st.none() | st.sampled_from(["PF1A2B3C", "5CG8411ABC"]),
    battery_percent=st.none() | st.sampled_from([50.0, 80.0]),
    media=st.lists(
        st.builds(
            MediumFact, serial=st.none() | st.sampled_from(["D1AB", "D2AB"]), size_gb=st.sampled_from([256.0, None])
        ),
        max_size=2,
    ).map(tuple),
    lists_media=st.booleans(),
)
AUDITS = st.lists(st.tuples(VALUES, st.sampled_from(Status)), max_size=5).map(
    lambda many: [
        audit(one, -hour, status=status, reason=WithdrawnFor.WRONG if status is Status.WITHDRAWN else None)
        for hour, (one, status) in enumerate(many)
    ]
)


@given(AUDITS)
def test_the_newest_word_counts_fact_by_fact(audits: list[Audit]) -> None:
    found = known(audits)
    kept = [one for one in audits if one.status is Status.KEPT]
    for name in ("ram_gb", "cpu", "serial", "battery_percent"):
        said = [(getattr(one.facts, name), one.id) for one in kept if getattr(one.facts, name) is not None]
        assert getattr(found.facts, name) == (said[0][0] if said else None)
        assert [found.of[name].id] if name in found.of else [id_ for _, id_ in said[:1]] == []


@given(AUDITS)
def test_an_audit_that_is_taken_back_leaves_what_the_others_say(audits: list[Audit]) -> None:
    without = [one for one in audits if one.status is Status.KEPT]
    assert known(audits) == known(without)


@given(AUDITS)
def test_no_disk_of_the_newest_list_is_forgotten_and_none_comes_twice(audits: list[Audit]) -> None:
    found = known(audits).facts.media
    serials = [one.serial for one in found if one.serial]
    assert len(serials) == len(set(serials)) or any(
        len({one.serial for one in entry.facts.media}) < len(entry.facts.media) for entry in audits
    )
    listing = next((one for one in audits if one.status is Status.KEPT and one.facts.lists_media), None)
    if listing is not None:
        assert {one.serial for one in listing.facts.media if one.serial} <= set(serials)


@pytest.mark.parametrize("raw", [b"", b"x"])
async def test_what_is_refused_leaves_what_was_known(world: World, raw: bytes) -> None:
    device_id = await world.arrived(**T480)
    await world.post(f"/devices/{device_id}/audits", LSHW)
    assert (await world.api.post(f"/api/v1/devices/{device_id}/audits", content=raw)).status_code == 422
    assert json.dumps(await world.get(f"/devices/{device_id}/facts")).count("lshw") >= 3
