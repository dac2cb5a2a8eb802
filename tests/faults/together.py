"""One act on all devices of a lot: looked at first, then done in one transaction, asked for twice at once."""

from typing import TYPE_CHECKING, Any

from tests.faults import bench_slips
from tests.faults.hand import events
from tests.faults.history import Mark

if TYPE_CHECKING:
    from tests.faults.bench import Bench

Device = dict[str, Any]


async def work(bench: "Bench", devices: list[Device]) -> None:
    """Wiped one by one, for each is proved; then given up and taken up again, tested, declared ready in one act."""
    for device in devices:
        await bench.wipe(device)
    if bench.hand.happens(0.4):
        await _act(bench, "withdraw", devices, "device-withdrawn", reason="old")
        if bench.hand.happens(0.3):
            await bench_slips.throw_away(bench, devices)
            return
        await _act(bench, "reopen", devices, "device-reopened")
    await _act(bench, "tests", devices, "device-tested")
    for device in devices:
        await bench.grade(device)
    await _act(bench, "ready", devices, "device-ready")
    bench.hand.counts.ready += len(devices)


async def _act(bench: "Bench", act: str, devices: list[Device], told: str, reason: str | None = None) -> None:
    body = {"act": act, "reason": reason, "devices": [one["id"] for one in devices]}
    seen = await bench.api.do(f"look at {act} together", "/bulks", body)
    going = [one for one in devices if one["id"] in _changing(seen)]
    # The sheet of a device that was tested before the bulk tells of it once more: only what is told once is counted.
    marks = [Mark("bulk", seen["id"]), *([] if told == "device-tested" else events(told, going))]
    await bench.api.do(f"{act} together", f"/bulks/{seen['id']}/do", None, marks, twice=True)


def _changing(seen: dict[str, Any]) -> set[str]:
    return {line["device_id"] for line in seen["lines"] if line["outcome"] == "changes"}
