"""What a network's old tool says of its devices, and how it is told."""

from typing import Any

from ..conftest import World

SOURCE = "BOLC"
PROOF = {
    "level": "purge",
    "method": "secure erase",
    "tool": "nwipe",
    "tool_version": "0.36",
    "erased_on": "2024-02-02",
    "operator": "Camille Moreau",
    "verifier": "Alix Bernard",
    "proof": "effacement-0042.pdf",
}
GRADED = {"grade": "B", "cosmetic": "B", "battery": "good", "graded_on": "2024-02-04"}
READY = {"tests_passed": True, "tested_on": "2024-02-03", "graded": GRADED, "ready_on": "2024-02-05"}


def medium(serial: str = "S4NSSD0001", kind: str = "ssd", **said: Any) -> dict[str, Any]:
    """One medium, with its erasure unless that is None; `said` of the erasure."""
    if "erasure" in said:
        return {"serial": serial, "kind": kind, "size_gb": 256, **said}
    return {"serial": serial, "kind": kind, "size_gb": 256, "erasure": {**PROOF, **said}}


def work(key: str, **said: Any) -> dict[str, Any]:
    return {"key": key, "arrived_on": "2024-02-01", **said}


async def tell(world: World, *devices: dict[str, Any], **more: Any) -> Any:
    body = {"source": SOURCE, "devices": list(devices), **more}
    answer = await world.coordination.post("/api/v1/moving-in", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()
