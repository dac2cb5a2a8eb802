"""`python -m tests.fuzz`: bounded and seeded; the last line is one JSON object; exit 1 when anything failed."""

import argparse
import random
import sys
import time
from collections.abc import Callable
from functools import partial

from filiere.service import installed_services

from tests.fuzz import bodies, inward, openapi, pages
from tests.fuzz.report import Report
from tests.fuzz.served import Ground, engines, ground

# Share of the time by part.
REQUESTS: dict[str, tuple[float, Callable[[Ground, int, float], Report]]] = {
    "openapi": (0.35, openapi.run),
    "bodies": (0.2, bodies.run),
    "pages": (0.25, pages.run),
}
INWARD: dict[str, tuple[float, Callable[[int, float], Report]]] = {
    "files": (0.1, inward.run_files),
    "records": (0.1, inward.run_records),
}

SHARES = {part: share for part, (share, _) in (*REQUESTS.items(), *INWARD.items())}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="in all, engines' start not counted")
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, which is printed")
    parser.add_argument("--only", default="", help=f"parts, comma separated: {', '.join(SHARES)}")
    parser.add_argument("--service", default="", help="services, comma separated; default: all")
    wanted = parser.parse_args()
    seed = wanted.seed if wanted.seed is not None else random.SystemRandom().randrange(10**6)
    chosen = [part for part in wanted.only.split(",") if part] or list(SHARES)
    unknown = set(chosen) - set(SHARES)
    if unknown:
        parser.error(f"unknown parts: {', '.join(sorted(unknown))}")
    services = [one for one in installed_services() if not wanted.service or one.name in wanted.service.split(",")]
    seconds = wanted.minutes * 60 / sum(SHARES[part] for part in chosen)
    print(f"seed {seed}, {wanted.minutes:g} minutes: {', '.join(chosen)}", flush=True)
    report = Report(seed)

    def add(name: str, run: Callable[[], Report]) -> None:
        began = time.monotonic()
        found = run()
        report.add(found)
        took, inputs, failed = time.monotonic() - began, found.tried.total(), len(found.failures)
        print(f"{name}: {inputs} inputs, {failed} failures, {took:.0f} s", flush=True)

    for part in chosen:
        if part in INWARD:
            add(part, partial(INWARD[part][1], seed, seconds * SHARES[part]))
    asked = [part for part in chosen if part in REQUESTS]
    if asked:
        with engines() as (databases, issuer):
            for service in services:
                with ground(service, databases, issuer) as place:
                    for part in asked:
                        each = seconds * SHARES[part] / len(services)
                        add(f"{part} of {service.name}", partial(REQUESTS[part][1], place, seed, each))
    for line in report.lines():
        print(line)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
