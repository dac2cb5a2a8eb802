"""One trace from the donor's request to the Relais' stock: real processes, a real broker, a real collector."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest
from stack.demo import organisations
from stack.people import COORDINATOR

from tests.flows.collector import Collector, collector
from tests.flows.lives import Life, donate, refurbish, reserve, stocked
from tests.flows.running import chain_of, running_stack

TRACE = "0af7651916cd43dd8448eb211c80319c"
DONOR = "b7ad6b7169203331"  # the span of the program that declares for the donor and follows its device

# Ways that must be in the trace, each span the child of the one before. Beside `process` stands the relay's `send`.
WAYS = [
    ("collect-api: POST /api/v1/donations", "create collect.donations", "collect-worker: send collect.donations"),
    ("collect-api: POST /api/v1/lots/{lot_id}/dispatch", "create collect.lots", "collect-worker: send collect.lots"),
    (
        "collect-api: POST /api/v1/lots/{lot_id}/dispatch",
        "create collect.lots",
        "refurbish-worker: process collect.lots",
    ),
    (
        "refurbish-api: POST /api/v1/devices/{device_id}/ready",
        "create refurbish.devices",
        "refurbish-worker: send refurbish.devices",
    ),
    (
        "refurbish-api: POST /api/v1/devices/{device_id}/ready",
        "create refurbish.devices",
        "distribute-worker: process refurbish.devices",  # in the Relais' stock
    ),
    (
        "refurbish-api: POST /api/v1/devices/{device_id}/ready",
        "create refurbish.devices",
        "collect-worker: process refurbish.devices",  # on the donor's own page
    ),
    # What a consumer does causes events of its own, which go on in the same trace.
    (
        "refurbish-api: POST /api/v1/devices/{device_id}/withdraw",
        "create refurbish.devices",
        "distribute-worker: process refurbish.devices",
        "create distribute.devices",
        "collect-worker: process distribute.devices",
    ),
]


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_one_trace_leads_from_the_donors_request_to_the_stock_of_the_relais(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with collector() as collected:
        monkeypatch.setenv("OTLP_ENDPOINT", collected.address)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        # What is not sampled leaves no span: only the donor's own trace is kept.
        monkeypatch.setenv("OTLP_SAMPLE_RATIO", "0")
        async with running_stack() as stack, chain_of(stack) as quiet:
            there = await organisations.register(quiet)
            async with chain_of(stack, traceparent=f"00-{TRACE}-{DONOR}-01") as chain:
                lot = await donate(chain, there, Life())
                (label,) = await refurbish(chain, there, lot)
                await stocked(chain, "tablet", 1)
                # Withdrawn before the workshop can know that it was promised a moment ago.
                os.kill(stack.pids["refurbish-worker"], signal.SIGSTOP)
                await reserve(chain, there, Life())
                coordinator = chain.refurbish(COORDINATOR.subject)
                device = await coordinator.get(f"/devices/by-label/{label}")
                await coordinator.post(f"/devices/{device['id']}/withdraw", {"reason": "screen"})
                os.kill(stack.pids["refurbish-worker"], signal.SIGCONT)
            missing = await until_none(lambda: [way for way in WAYS if not exists(collected, way)])
            assert missing == [], "\n".join(" → ".join(way) for way in sorted(set(collected.branches(TRACE))))
        spans = collected.spans()
        # Beside it only slices of several origins, in traces of their own that lead back by links.
        beside = [span for span in spans if span.trace != TRACE]
        assert all(span.name.startswith("process ") and len(span.links) > 1 for span in beside), beside
        assert {span.parent for span in spans if span.name.startswith("POST ")} == {DONOR}
        # Spans say which device they are about, and nothing of anybody.
        about = {span.attributes.get("filiere.device_id") for span in spans}
        keys = {span.attributes.get("messaging.kafka.message.key") for span in spans}
        assert device["id"] in about & keys


def exists(collected: Collector, way: tuple[str, ...]) -> bool:
    """Whether the spans of a way follow each other in some branch of the trace, each the child of the one before."""
    for branch in collected.branches(TRACE):
        for start in range(len(branch) - len(way) + 1):
            pairs = zip(way, branch[start : start + len(way)], strict=True)
            if all(found.endswith(wanted) for wanted, found in pairs):
                return True
    return False


async def until_none(missing: Callable[[], list[tuple[str, ...]]]) -> list[tuple[str, ...]]:
    """What is missing, once nothing is or ten seconds have passed: exports come a moment after the work."""
    for _ in range(100):
        if not missing():
            return []
        await asyncio.sleep(0.1)
    return missing()
