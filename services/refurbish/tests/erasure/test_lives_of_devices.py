"""A device's life on the real database, in any order and with any slip: the promises hold at each moment of it.

Two technicians act by the API, and events of collect and distribute come late and twice. After each step: no device is
ready or gone with a disk in it that nobody proved wiped; what the chain was told is a story that can be true; no device
is lost or doubled.
"""

import asyncio
import itertools
import os
from typing import Any

import pytest
from filiere.identifiers import uuid7
from filiere.testing.events import Published, incoming, published
from filiere.testing.sql import value
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ..conftest import PURGE, World

SERIALS = ["S4NSSD0001", "S4NSSD0002", "WX11A1234567"]
KINDS = ["ssd", "hdd", "emmc", "unknown"]
# What may be told after what; a device begins arrived. "erased" may be told again, for a disk that was found later.
NEXT = {
    "device-arrived": {"device-erased", "device-tested", "device-withdrawn"},
    "device-erased": {"device-erased", "device-tested", "device-withdrawn"},
    "device-tested": {"device-tested", "device-graded", "device-erased", "device-withdrawn"},
    "device-graded": {"device-graded", "device-tested", "device-ready", "device-erased", "device-withdrawn"},
    "device-ready": {"device-recalled", "device-withdrawn", "device-recall-asked"},
    "device-recall-asked": {"device-recalled", "device-ready", "device-recall-asked"},
    "device-recalled": {"device-tested", "device-erased", "device-withdrawn"},
    "device-reopened": {"device-erased", "device-tested", "device-withdrawn"},
}
WHILE_OUT = {"device-erased", "device-reopened"}
"""A withdrawn device is wiped all the same, and stays out until it is reopened."""
# As seen from the database itself, not from what the service concluded: the gate asked again.
UNWIPED_OUTSIDE = """
SELECT count(*) FROM device d JOIN storage_medium m ON m.device_id = d.id
WHERE d.stage IN ('ready', 'left') AND m.gone_by IS NULL AND NOT EXISTS (
    SELECT 1 FROM erasure e WHERE e.medium_id = m.id AND e.medium_serial = m.serial AND e.result = 'success'
    AND (e.verified OR EXISTS (SELECT 1 FROM verification v WHERE v.erasure_id = e.id AND v.confirmed))
    AND (e.level = 'destroy' OR e.cycle >= least(d.wipe_from, d.cycle))
    AND (m.kind = 'hdd' OR e.level IN ('purge', 'destroy')))
"""
GONE_ALONE = """
SELECT count(*) FROM storage_medium m WHERE m.gone_by IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM medium_exit x JOIN exit_answer a ON a.exit_id = x.id
    WHERE x.id = m.gone_by AND x.medium_id = m.id AND a.confirmed AND a.answered_by <> x.asked_by)
"""
# A disk that two people said to be in it now, and of which it knows nothing.
MOVED_UNSEEN = """
SELECT count(*) FROM medium_exit x JOIN exit_answer a ON a.exit_id = x.id AND a.confirmed
JOIN storage_medium m ON m.id = x.medium_id JOIN device d ON d.label = x.went_to
WHERE NOT EXISTS (SELECT 1 FROM storage_medium t WHERE t.device_id = d.id AND t.serial = m.serial)
"""
PUT_IN_UNSEEN = """
SELECT count(*) FROM repair r WHERE r.disk_serial IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM storage_medium t WHERE t.device_id = r.device_id AND t.serial = r.disk_serial)
"""
REPAIR = {"kind": "replaced", "outcome": "fixed", "minutes": 5}


class Run:
    """The workshop, and the loop on which its service lives: the machine itself is no coroutine."""

    def __init__(self, loop: asyncio.AbstractEventLoop, world: World, bruno: World) -> None:
        self.loop, self.world, self.bruno = loop, world, bruno

    def __call__(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)


def machine(run: Run) -> type[RuleBasedStateMachine]:
    """The lives, of this workshop."""
    who = st.sampled_from([run.world, run.bruno])
    which = st.integers(0, 1)
    serial = st.sampled_from(SERIALS)

    class Lives(RuleBasedStateMachine):
        @initialize()
        def a_lot_comes(self) -> None:
            self.devices = [run.world.device(serial=None) for _ in range(2)]
            self.lot, self.told = run.world.lot(self.devices)
            run(run.world.hears(*self.told))
            labels = [one["label"] for one in self.devices]
            run(run.world.post(f"/lots/{self.lot}/arrive", {"labels": labels}))
            self.ids = [str(one["device_id"]) for one in self.devices]
            self.erasures: list[str] = []
            self.exits: list[str] = []
            self.repairs: list[tuple[str, str]] = []
            self.shipped: list[Published] = []

        def do(self, by: World, path: str, body: Any = None) -> Any:
            """Whatever comes out is an answer of the domain, never a fault of ours."""
            answer = run(by.api.post(f"/api/v1{path}", json=body))
            assert answer.status_code < 500, answer.text
            return answer.json() if answer.is_success else None

        @rule(by=who, at=which, serial=serial, kind=st.sampled_from(KINDS))
        def a_disk_is_seen(self, by: World, at: int, serial: str, kind: str) -> None:
            self.do(by, f"/devices/{self.ids[at]}/media", [{"serial": serial, "kind": kind, "size_gb": 256}])

        @rule(by=who, at=which)
        def there_is_said_to_be_none(self, by: World, at: int) -> None:
            self.do(by, f"/devices/{self.ids[at]}/media", [{"kind": "none"}])

        @rule(
            by=who, at=which, serial=serial, level=st.sampled_from(["clear", "purge", "destroy"]),
            result=st.sampled_from(["success", "success", "failure"]), alone=st.booleans(),
        )  # fmt: skip
        def it_is_wiped(self, by: World, at: int, serial: str, level: str, result: str, alone: bool) -> None:
            body = {**PURGE, "medium_serial": serial, "level": level, "result": result}
            self.do(by, f"/devices/{self.ids[at]}/erasures", body)
            found = run(by.get(f"/devices/{self.ids[at]}/erasures"))
            new = [one["id"] for one in found if one["id"] not in self.erasures]
            self.erasures += new
            other = run.bruno if by is run.world else run.world
            for erasure in [] if alone else new:
                self.do(other, f"/verifications/{erasure}", {"confirmed": True})

        @rule(by=who, pick=st.integers(0, 50), confirmed=st.booleans())
        def a_second_person_answers_for_an_erasure(self, by: World, pick: int, confirmed: bool) -> None:
            if self.erasures:
                body = {"confirmed": confirmed, "reason": None if confirmed else "Le numéro n'est pas le même."}
                self.do(by, f"/verifications/{self.erasures[pick % len(self.erasures)]}", body)

        @rule(by=who, at=which, serial=serial, reason=st.sampled_from(["misread", "kept", "to_destroy", "reused"]))
        def a_disk_is_said_to_be_gone(self, by: World, at: int, serial: str, reason: str) -> None:
            other = self.devices[1 - at]["label"] if reason == "reused" else None
            body = {"medium_serial": serial, "reason": reason, "went_to": other}
            asked = self.do(by, f"/devices/{self.ids[at]}/media-exits", body)
            self.exits += [asked["id"]] if asked else []

        @rule(by=who, pick=st.integers(0, 50), confirmed=st.booleans())
        def a_second_person_answers_for_an_exit(self, by: World, pick: int, confirmed: bool) -> None:
            if self.exits:
                body = {"confirmed": confirmed, "why": None if confirmed else "Il est dedans."}
                self.do(by, f"/media-exits/{self.exits[pick % len(self.exits)]}", body)

        @rule(by=who, at=which, serial=serial, known=st.booleans())
        def a_disk_is_put_in(self, by: World, at: int, serial: str, known: bool) -> None:
            before = {one["serial"]: one for one in run(by.get(f"/devices/{self.ids[at]}/media"))}
            body = {**REPAIR, "disk_serial": serial, "disk_known": known}
            made = self.do(by, f"/devices/{self.ids[at]}/repairs", body)
            if made:
                self.repairs.append((self.ids[at], made["id"]))
                after = {one["serial"]: one for one in run(by.get(f"/devices/{self.ids[at]}/media"))}
                assert serial not in before or not before[serial]["is_wiped"], "it stands for no disk that was wiped"
                assert not after[serial]["is_wiped"]
                assert run(run.world.stage(self.ids[at])) not in ("erased", "tested", "graded", "ready", "left")

        @rule(by=who, at=which, old=st.sampled_from(["kept", "to_destroy", None]), new=st.booleans())
        def its_board_is_replaced(self, by: World, at: int, old: str | None, new: bool) -> None:
            body = {**REPAIR, "board": True, "old_board": old, "soldered": new}
            made = self.do(by, f"/devices/{self.ids[at]}/repairs", body)
            self.repairs += [(self.ids[at], made["id"])] if made else []

        @rule(by=who, pick=st.integers(0, 50))
        def a_repair_is_undone(self, by: World, pick: int) -> None:
            if self.repairs:
                device, repair = self.repairs[pick % len(self.repairs)]
                before = run(by.get(f"/devices/{device}/media"))
                answer = run(by.api.delete(f"/api/v1/devices/{device}/repairs/{repair}"))
                assert answer.status_code < 500, answer.text
                assert run(by.get(f"/devices/{device}/media")) == before, "one alone takes no disk off the gate"

        @rule(by=who, at=which, failing=st.booleans())
        def it_is_tested(self, by: World, at: int, failing: bool) -> None:
            sheet = run(by.get(f"/devices/{self.ids[at]}/tests"))
            results = [{"test": one["test"], "passed": not failing} for one in sheet["points"]]
            self.do(by, f"/devices/{self.ids[at]}/tests", {"results": results})

        @rule(by=who, at=which)
        def it_is_graded(self, by: World, at: int) -> None:
            body = {"ram_gb": 8, "cpu_mark": 6000, "cosmetic": "B", "battery_percent": 85}
            self.do(by, f"/devices/{self.ids[at]}/grade", body)

        @rule(by=who, at=which)
        def it_is_declared_ready(self, by: World, at: int) -> None:
            self.do(by, f"/devices/{self.ids[at]}/ready")

        @rule(by=who, at=which)
        def all_is_done_as_it_should_be(self, by: World, at: int) -> None:
            """The whole way in one step: else chance alone would hardly ever come to its end."""
            other = run.bruno if by is run.world else run.world
            device = self.ids[at]
            for medium in run(by.get(f"/devices/{device}/media")):
                if not medium["is_wiped"]:
                    report = {**PURGE, "medium_serial": medium["serial"], "method": str(uuid7())}
                    self.do(by, f"/devices/{device}/erasures", report)
            for waiting in run(other.get("/verifications"))["items"]:
                self.do(other, f"/verifications/{waiting['erasure_id']}", {"confirmed": True})
            self.it_is_tested(by, at, False)
            self.it_is_graded(by, at)
            self.it_is_declared_ready(by, at)

        @rule(by=who, at=which)
        def it_comes_back_to_the_bench(self, by: World, at: int) -> None:
            self.do(by, f"/devices/{self.ids[at]}/recall", {"reason": "fault"})

        @rule(by=who, at=which)
        def it_is_withdrawn(self, by: World, at: int) -> None:
            self.do(by, f"/devices/{self.ids[at]}/withdraw", {"reason": "screen"})

        @rule(by=who, at=which)
        def it_is_worked_on_after_all(self, by: World, at: int) -> None:
            self.do(by, f"/devices/{self.ids[at]}/reopen")

        @rule(at=which, what=st.sampled_from(["reserved", "released"]))
        def distribute_promises_it_or_not(self, at: int, what: str) -> None:
            said = {"device_id": self.ids[at], "order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
            self.shipped.append(
                incoming("distribute.devices", f"org.filiere.distribute.device-{what}.v1", self.ids[at], said)
            )
            run(run.world.hears(self.shipped[-1]))

        @rule(at=which)
        def distribute_ships_it(self, at: int) -> None:
            if run(run.world.stage(self.ids[at])) == "ready":  # of any other it is a dead letter, tested elsewhere
                said = {"device_id": self.ids[at]}
                one = incoming("distribute.devices", "org.filiere.distribute.device-shipped.v1", self.ids[at], said)
                run(run.world.hears(one, one))
                self.shipped.append(one)

        @rule(by=who, at=which, had=st.sampled_from(["handed-over", "lent", "brought-back", None]))
        def somebody_has_it_and_it_comes_back(self, by: World, at: int, had: str | None) -> None:
            device = self.ids[at]
            self.all_is_done_as_it_should_be(by, at)
            self.distribute_ships_it(at)
            if run(run.world.stage(device)) != "left":
                return
            said = {"device_id": device, "fault": "screen"}
            for name in [f"device-{had}"] if had else []:
                one = incoming("distribute.devices", f"org.filiere.distribute.{name}.v1", device, said)
                run(run.world.hears(one, one))
                self.shipped.append(one)
            self.do(by, f"/devices/{device}/still-here")
            for name in ("device-released", "device-recall-answered"):
                told = {"device_id": device, "given_back": True}
                one = incoming("distribute.devices", f"org.filiere.distribute.{name}.v1", device, told)
                run(run.world.hears(one))
                self.shipped.append(one)
            if had:
                assert run(run.world.stage(device)) not in ("ready", "left")

        @rule()
        def a_whole_topic_comes_again(self) -> None:
            """Late and doubled: nothing changes that was not said now."""
            before = run(self.rows())
            run(run.world.hears(*self.told, *self.told))
            run(run.world.hears(*self.shipped))
            assert run(self.rows()) == before

        async def rows(self) -> Any:
            return await value(
                run.world.database,
                "SELECT jsonb_agg(to_jsonb(d) ORDER BY d.id) FROM device d WHERE lot_id = '" + self.lot + "'",
            )

        @invariant()
        def nothing_unwiped_is_ready_or_gone(self) -> None:
            if hasattr(self, "ids"):
                assert run(value(run.world.database, UNWIPED_OUTSIDE)) == 0
                assert run(value(run.world.database, GONE_ALONE)) == 0
                assert run(value(run.world.database, MOVED_UNSEEN)) == 0
                assert run(value(run.world.database, PUT_IN_UNSEEN)) == 0

        @invariant()
        def what_was_told_can_be_true(self) -> None:
            if not hasattr(self, "ids"):
                return
            told = run(published(run.world.database))
            for device in self.ids:
                story = [one for one in told if one.key == device]
                names = [one.name for one in story]
                assert names[0] == "device-arrived"
                is_out = False
                for before, after in itertools.pairwise(names):
                    is_out = before == "device-withdrawn" or (is_out and before == "device-erased")
                    assert after in (WHILE_OUT if is_out else NEXT[before]), names
                last = next((one for one in reversed(story) if one.name == "device-erased"), None)
                if last is not None and "device-ready" in names:
                    assert all(one["verified"] for one in last.data["media"])

        @invariant()
        def nobody_is_lost_or_doubled(self) -> None:
            if hasattr(self, "ids"):
                count = f"SELECT count(*) FROM device WHERE lot_id = '{self.lot}'"
                assert run(value(run.world.database, count)) == len(self.ids)

    return Lives


async def live(world: World, *, lives: int, steps: int) -> None:
    """So many lives of so many steps, each on devices of its own."""
    run = Run(asyncio.get_running_loop(), world, await world.colleague("bruno"))
    bounds = settings(
        max_examples=lives, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    await asyncio.to_thread(run_state_machine_as_test, machine(run), settings=bounds)


async def test_a_few_lives_keep_the_promises(world: World) -> None:
    await live(world, lives=4, steps=12)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_many_lives_keep_the_promises(world: World) -> None:
    await live(world, lives=int(os.environ.get("FILIERE_LIVES", "20")), steps=50)
