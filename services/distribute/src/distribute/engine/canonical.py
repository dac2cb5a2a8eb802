"""One order of rows for everything, and the fingerprints of what went in and what came out.

Two snapshots that differ only in the order of their rows become the same one here, before anything is computed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from pydantic_core import to_json

from distribute.engine.policy import Policy
from distribute.engine.problem import Acceptance, Problem

_BY_ID = attrgetter("id")
_BY_ARRIVAL = attrgetter("arrived_on", "id")


def canonical(problem: Problem) -> Problem:
    """The same problem with its rows by id, and the devices of a class by arrival."""
    return Problem(
        problem.as_of,
        tuple(
            replace(one, devices=tuple(sorted(one.devices, key=_BY_ARRIVAL)))
            for one in sorted(problem.classes, key=_BY_ID)
        ),
        tuple(_in_order(one) for one in sorted(problem.acceptances, key=_BY_ID)),
        tuple(sorted(problem.lines, key=_BY_ID)),
        tuple(sorted(problem.relais, key=_BY_ID)),
        tuple(
            replace(one, campaigns=tuple(sorted(one.campaigns)))
            for one in sorted(problem.lately, key=attrgetter("category"))
        ),
    )


def _in_order(acceptance: Acceptance) -> Acceptance:
    tiers = tuple(tuple(sorted(tier)) for tier in acceptance.tiers)
    # Most are so already, and making them anew is most of the work.
    return acceptance if tiers == acceptance.tiers else replace(acceptance, tiers=tiers)


def fingerprint_of_input(problem: Problem, policy: Policy) -> str:
    """SHA-256 (hexadecimal) of a canonical problem and its policy."""
    return fingerprint(
        (
            policy.model_dump(mode="json"),
            problem.as_of.isoformat(),
            rows(
                (
                    one.id,
                    one.category,
                    one.grade,
                    one.cosmetic,
                    one.battery,
                    one.region,
                    one.place and (one.place.latitude, one.place.longitude),
                    one.campaign,
                    one.public_origin,
                    [(device.id, device.arrived_on.toordinal()) for device in one.devices],
                )
                for one in problem.classes
            ),
            rows((one.id, one.tiers, one.asked) for one in problem.acceptances),
            rows(
                (
                    one.id,
                    one.relais_id,
                    one.acceptance_id,
                    one.quantity,
                    one.placed_on.toordinal(),
                    one.wanted_on and one.wanted_on.toordinal(),
                    one.urgent,
                    one.campaign,
                )
                for one in problem.lines
            ),
            rows(
                (
                    one.id,
                    one.locality.value,
                    sorted(one.publics),
                    one.people_supported,
                    one.asked,
                    one.served,
                    one.cap,
                    one.place and (one.place.latitude, one.place.longitude),
                    one.has_agreement,
                    one.may_receive_public_origin,
                )
                for one in problem.relais
            ),
            # Without any, the fingerprint is the one of before they were counted.
            *(
                [[(one.category, one.given, one.of_everybody, one.urgent, one.campaigns) for one in problem.lately]]
                if problem.lately
                else []
            ),
        )
    )


def fingerprint(parts: Iterable[Any]) -> str:
    """SHA-256 of each part written as compact JSON with sorted keys (or as `rows`), one after the other."""
    digest = hashlib.sha256()
    for part in parts:
        if not isinstance(part, bytes):
            part = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        digest.update(part)
        digest.update(b"\n")
    return digest.hexdigest()


def rows(values: Iterable[tuple[Any, ...]]) -> bytes:
    """A part of a fingerprint, written: rows without objects and fractions, the same JSON in half the time."""
    return to_json(list(values))
