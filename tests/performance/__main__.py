"""`make bench [ONLY="backbone kafka growth year allocation proposal rest large list regrade scan public"]`: costs.

The last line is JSON.
"""

import json
import sys

import uvloop

from tests.performance import (
    allocation,
    backbone,
    command,
    growth,
    kafka,
    large,
    long_list,
    proposal,
    public,
    regrade,
    rest,
    scan,
    year,
)
from tests.performance.say import say

BENCHMARKS = {
    "backbone": (backbone.measure, command.measure),
    "kafka": (kafka.measure,),
    "growth": (growth.measure,),
    "year": (year.measure,),
    "allocation": (allocation.measure,),
    "rest": (rest.measure,),
    "large": (large.measure,),
    "list": (long_list.measure,),
    "proposal": (proposal.measure,),
    "regrade": (regrade.measure,),
    "scan": (scan.measure,),
    "public": (public.measure,),
}


def main() -> None:
    only = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in only if name not in BENCHMARKS]
    if unknown:
        say(f"Unknown: {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.")
        raise SystemExit(2)
    figures: dict[str, float] = {}
    for name in only:
        for measure in BENCHMARKS[name]:
            figures.update(uvloop.run(measure()))
    sys.stdout.write(json.dumps({name: round(value, 3) for name, value in figures.items()}) + "\n")


main()
