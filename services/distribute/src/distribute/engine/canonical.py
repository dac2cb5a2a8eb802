"""One order of rows for everything, and the fingerprints of what went in and what came out.

Two snapshots that differ only in the order of their rows become the same one here, before anything is computed.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Any

from distribute.engine.policy import Policy
from distribute.engine.problem import Problem

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
        tuple(
            replace(one, tiers=tuple(tuple(sorted(tier)) for tier in one.tiers))
            for one in sorted(problem.acceptances, key=_BY_ID)
        ),
        tuple(sorted(problem.lines, key=_BY_ID)),
        tuple(sorted(problem.relais, key=_BY_ID)),
        tuple(
            replace(one, campaigns=tuple(sorted(one.campaigns)))
            for one in sorted(problem.lately, key=attrgetter("category"))
        ),
    )


def fingerprint_of_input(problem: Problem, policy: Policy) -> str:
    """SHA-256 (hexadecimal) of a canonical problem and its policy."""
    return fingerprint(
        (
            policy.model_dump(mode="json"),
            problem.as_of.isoformat(),
            [
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
            ],
            [(one.id, one.tiers, one.asked) for one in problem.acceptances],
            [
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
            ],
            [
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
            ],
            # Without any, the fingerprint is the one of before they were counted.
            *(
                [[(one.category, one.given, one.of_everybody, one.urgent, one.campaigns) for one in problem.lately]]
                if problem.lately
                else []
            ),
        )
    )


def fingerprint(parts: Iterable[Any]) -> str:
    """SHA-256 of each part written as compact JSON with sorted keys, one after the other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
        digest.update(b"\n")
    return digest.hexdigest()
