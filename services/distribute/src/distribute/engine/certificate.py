"""The proof of the shares as plain data: exact flows and the level of every node, for `verify` and for the archive.

Names of nodes: `class/<id>`, `gate/<class>/<campaign>`, `pattern/<n>` (described in `patterns`), `desk/<relais>` (the
urgent lines of a Relais), `relais/<id>`, and `category/<name>` (what urgent lines may take first of a category).
"""

from typing import Any

import numpy as np

from distribute.engine.allocate import Proof
from distribute.engine.instance import Instance
from distribute.engine.whole_shares import Shares

FORMAT = 1


def certificate(proof: Proof) -> dict[str, Any]:
    """The certificate of a run, ready for JSON; numbers are whole, fractions are [numerator, denominator]."""
    patterns = proof.instance.patterns
    return {
        "format": FORMAT,
        "patterns": [
            {
                # Two acceptances with the same tiers share a pattern: the tiers themselves name it.
                "tiers": _tiers(proof.instance, acceptance),
                "campaign": campaign,
                "public_origin": may_receive_public_origin,
            }
            for acceptance, campaign, may_receive_public_origin in patterns.keys
        ],
        "urgent": _network(proof.instance, proof.urgent) if proof.urgent is not None else None,
        "common": _network(proof.instance, proof.common),
    }


def _tiers(instance: Instance, acceptance: int) -> list[list[str]]:
    return [list(tier) for tier in instance.distinct_tiers[acceptance]]


def _network(instance: Instance, shares: Shares) -> dict[str, Any]:
    parts, network = shares.fair, shares.plan.network
    names = _names(instance, shares)
    scales = np.array([one.scale if one is not None else 1 for one in parts.settled], np.int64)
    scale = scales[parts.part[network.tail]]
    amount = np.where(parts.live, parts.flows, np.where(parts.full, network.capacity, 0))
    scale = np.where(parts.live, scale, 1)
    flowing = np.flatnonzero(amount)
    return {
        "levels": [
            [one.level.numerator, one.level.denominator] if one is not None and one.level is not None else None
            for one in parts.settled
        ],
        "nodes": dict(zip(names, parts.part.tolist(), strict=True)),
        "flows": [
            [names[tail], names[head], top, bottom]
            for tail, head, top, bottom in zip(
                network.tail[flowing].tolist(),
                network.head[flowing].tolist(),
                amount[flowing].tolist(),
                scale[flowing].tolist(),
                strict=True,
            )
        ],
        "shares": {
            instance.problem.relais[relais].id: [int(shares.numerator[relais]), int(shares.denominator[relais])]
            for relais in shares.plan.relais_of.tolist()
        },
        "whole": {
            instance.problem.relais[relais].id: int(shares.whole[relais]) for relais in shares.plan.relais_of.tolist()
        },
    }


def _names(instance: Instance, shares: Shares) -> list[str]:
    problem, plan = instance.problem, shares.plan
    names = [f"class/{one.id}" for one in problem.classes]
    names += [f"gate/{problem.classes[number].id}/{campaign}" for number, campaign in instance.gates.keys]
    names += [f"pattern/{number}" for number in range(instance.patterns.count)]
    names += [f"desk/{problem.relais[relais].id}" for relais in plan.desk_of.tolist()]
    names += [f"relais/{problem.relais[relais].id}" for relais in plan.relais_of.tolist()]
    if plan.network.nodes > plan.end:
        names += [f"category/{name}" for name in sorted({one.category for one in problem.classes})]
    return names
