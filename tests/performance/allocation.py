"""`make bench ONLY=allocation`: the fair allocation of a national network, counted in maximum flows of its own graph.

Beside it, on the same instance and in the same run: the approximation by convex costs, a greedy pass, and the plain
linear program of the first fairness level at the largest size that ends in a minute.
"""

import asyncio
import json
import math
import sys
from typing import Any

from tests.performance.say import say

SIZES = (1_000, 10_000, 20_000, 100_000)
LP_FROM, LP_SECONDS = 1_000, 60.0


async def measure() -> dict[str, float]:
    """The figures of the last line: those of 20,000 lines unless they say otherwise."""
    found: dict[tuple[int, bool], dict[str, Any]] = {}
    for lines, whims in [(lines, False) for lines in SIZES] + [(20_000, True)]:
        one = found[lines, whims] = await _child(str(lines), *(["whims"] if whims else []))
        if whims:
            say("Now with whims: hardly two lines accept the same classes.")
        say(
            f"{one['lines']} lines of {one['relais']} Relais, {one['devices']} devices in {one['classes']} classes for"
            f" {one['wanted']} wanted, {one['plain_arcs']} arcs, {one['patterns']} patterns: {one['seconds']:.2f} s ="
            f" {one['in_max_flows']:.1f} × one maximum flow ({one['one_max_flow_seconds']:.3f} s);"
            f" {one['max_flows_solved']} solved, {one['bottlenecks']} bottlenecks; {one['peak_mb']:.0f} MB;"
            f" checked in {one['verify_seconds']:.2f} s"
        )
        say(f"  convex costs in slices: {one['convex_seconds']:.2f} s; greedy: {one['greedy_seconds']:.2f} s")
        for name in ("fair", "whole", "convex", "first_come", "proportional"):
            figures = ", ".join(f"{key} {value:.4g}" for key, value in one[name].items())
            say(f"  {name:>12}: {figures}")
    largest = await _largest_program()
    small, large, usual, capricious = (
        found[SIZES[0], False],
        found[SIZES[-1], False],
        found[20_000, False],
        found[20_000, True],
    )
    return {
        "allocation_max_flows": usual["in_max_flows"],
        "allocation_seconds": usual["seconds"],
        "allocation_peak_mb": max(one["peak_mb"] for one in found.values()),
        "allocation_100k_max_flows": large["in_max_flows"],
        "allocation_100k_seconds": large["seconds"],
        "allocation_whims_max_flows": capricious["in_max_flows"],
        "allocation_whims_seconds": capricious["seconds"],
        "allocation_growth": math.log(large["seconds"] / small["seconds"]) / math.log(SIZES[-1] / SIZES[0]),
        "allocation_verify_seconds": usual["verify_seconds"],
        "allocation_convex_seconds": usual["convex_seconds"],
        "allocation_greedy_seconds": usual["greedy_seconds"],
        "allocation_lp_lines": float(largest),
        "allocation_minimum_share": usual["fair"]["minimum"],
        "allocation_gini": usual["whole"]["gini"],
        "allocation_rural_gap": usual["whole"]["rural_gap"],
        "first_come_minimum_share": usual["first_come"]["minimum"],
        "first_come_gini": usual["first_come"]["gini"],
        "first_come_rural_gap": usual["first_come"]["rural_gap"],
    }


async def _largest_program() -> int:
    """Lines of the largest instance whose plain LP ends in a minute; its level must be ours."""
    largest, lines = 0, LP_FROM
    while True:
        one = await _child(str(lines), "lp", str(LP_SECONDS))
        if one["level"] is None:
            say(f"The linear program of {lines} lines had not ended after {LP_SECONDS:.0f} s.")
            return largest
        say(f"The linear program of {lines} lines took {one['seconds']:.1f} s for the first level alone.")
        if abs(one["level"] - one["exact_level"]) > 1e-5:
            raise SystemExit(f"the linear program finds {one['level']}, the engine {one['exact_level']}")
        largest, lines = lines, lines * 2


async def _child(*arguments: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.performance.allocation_run", *arguments, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise SystemExit(f"allocation_run {' '.join(arguments)} ended with {process.returncode}")
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result
