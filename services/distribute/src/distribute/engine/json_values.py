"""Problems and answers as plain JSON values and back, for the archive."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from filiere.geography import LocalityClass

from distribute.engine.canonical import fingerprint, rows
from distribute.engine.policy import Weight
from distribute.engine.problem import (
    Acceptance,
    Device,
    Lately,
    Line,
    Place,
    Problem,
    Relais,
    StockClass,
)
from distribute.engine.result import (
    Allocation,
    Binding,
    Bottleneck,
    Effort,
    LineResult,
    Reason,
    RelaisResult,
    Take,
    version_of,
)

Plain = Mapping[str, Any]
# Not of the answer: how it was found, and what it is identified by.
NOT_TOLD = {"solver", "input_sha256", "output_sha256", "effort"}


def problem_to_plain(problem: Problem) -> dict[str, Any]:
    return {
        "as_of": problem.as_of.isoformat(),
        "classes": [
            {
                "id": one.id,
                "category": one.category,
                "grade": one.grade,
                "cosmetic": one.cosmetic,
                "battery": one.battery,
                "region": one.region,
                "place": _place_to_plain(one.place),
                "campaign": one.campaign,
                "public_origin": one.public_origin,
                "devices": [[device.id, device.arrived_on.isoformat()] for device in one.devices],
            }
            for one in problem.classes
        ],
        "acceptances": [{"id": one.id, "tiers": one.tiers, "asked": one.asked} for one in problem.acceptances],
        "lines": [
            [
                one.id,
                one.relais_id,
                one.acceptance_id,
                one.quantity,
                one.placed_on.isoformat(),
                one.wanted_on.isoformat() if one.wanted_on else None,
                one.urgent,
                one.campaign,
            ]
            for one in problem.lines
        ],
        "relais": [
            {
                "id": one.id,
                "locality": one.locality.value,
                "publics": sorted(one.publics),
                "people_supported": one.people_supported,
                "asked": one.asked,
                "served": one.served,
                "cap": one.cap,
                "place": _place_to_plain(one.place),
                "has_agreement": one.has_agreement,
                "may_receive_public_origin": one.may_receive_public_origin,
            }
            for one in problem.relais
        ],
        "lately": [[one.category, one.given, one.of_everybody, one.urgent, one.campaigns] for one in problem.lately],
    }


def problem_from_plain(data: Plain) -> Problem:
    return Problem(
        date.fromisoformat(data["as_of"]),
        tuple(
            StockClass(
                **{
                    **one,
                    "place": _place_from_plain(one["place"]),
                    "devices": tuple(Device(name, date.fromisoformat(day)) for name, day in one["devices"]),
                }
            )
            for one in data["classes"]
        ),
        tuple(
            Acceptance(one["id"], tuple(tuple(tier) for tier in one["tiers"]), one["asked"])
            for one in data["acceptances"]
        ),
        tuple(
            Line(
                name,
                relais,
                acceptance,
                quantity,
                date.fromisoformat(placed),
                date.fromisoformat(wanted) if wanted else None,
                urgent,
                campaign,
            )
            for name, relais, acceptance, quantity, placed, wanted, urgent, campaign in data["lines"]
        ),
        tuple(
            Relais(
                **{
                    **one,
                    "locality": LocalityClass(one["locality"]),
                    "publics": frozenset(one["publics"]),
                    "place": _place_from_plain(one["place"]),
                }
            )
            for one in data["relais"]
        ),
        tuple(
            Lately(category, given, of_everybody, urgent, tuple((name, count) for name, count in campaigns))
            # Snapshots of before quotas were counted over a period have none.
            for category, given, of_everybody, urgent, campaigns in data.get("lately", ())
        ),
    )


def allocation_to_plain(allocation: Allocation) -> dict[str, Any]:
    """Reasons name their bottleneck by its number."""
    number = {id(one): at for at, one in enumerate(allocation.bottlenecks)}
    return {
        "engine": allocation.engine,
        "solver": allocation.solver,
        "policy": allocation.policy,
        "input_sha256": allocation.input_sha256,
        "output_sha256": allocation.output_sha256,
        "shipments": allocation.shipments,
        "device_km": allocation.device_km,
        "effort": asdict(allocation.effort),
        "bottlenecks": [
            {
                "level": str(one.level),
                "relais": one.relais,
                "classes": one.classes,
                "devices": one.devices,
                "wanted": one.wanted,
            }
            for one in allocation.bottlenecks
        ],
        "relais": [
            {
                "relais_id": one.relais_id,
                "weight": [one.weight.thousandths, dict(one.weight.factors)],
                "asked": one.asked,
                "before": one.before,
                "urgent": one.urgent,
                "fair": str(one.fair),
                "given": one.given,
                "bottleneck": one.bottleneck,
            }
            for one in allocation.relais
        ],
        "lines": [
            [
                one.line_id,
                one.relais_id,
                one.wanted,
                [[take.class_id, take.tier, take.devices] for take in one.takes],
                one.reason.binding.value,
                one.reason.given,
                one.reason.substitutes,
                number[id(one.reason.bottleneck)] if one.reason.bottleneck is not None else None,
                one.reason.ready,
                one.reason.rivals,
            ]
            for one in allocation.lines
        ],
    }


def allocation_from_plain(data: Plain) -> Allocation:
    limits = tuple(
        Bottleneck(Fraction(one["level"]), tuple(one["relais"]), tuple(one["classes"]), one["devices"], one["wanted"])
        for one in data["bottlenecks"]
    )
    relais = tuple(
        RelaisResult(
            **{
                **one,
                "weight": Weight(one["weight"][0], tuple(one["weight"][1].items())),
                "fair": Fraction(one["fair"]),
            }
        )
        for one in data["relais"]
    )
    by_id = {one.relais_id: one for one in relais}
    return Allocation(
        data["engine"],
        data["solver"],
        data["policy"],
        data["input_sha256"],
        data["output_sha256"],
        tuple(
            LineResult(
                name,
                owner,
                wanted,
                tuple(Take(held, tier, tuple(devices)) for held, tier, devices in takes),
                Reason(
                    Binding(binding),
                    wanted,
                    given,
                    substitutes,
                    by_id[owner],
                    limits[bottleneck] if bottleneck is not None else None,
                    *competition,
                ),
            )
            for name, owner, wanted, takes, binding, given, substitutes, bottleneck, *competition in data["lines"]
        ),
        relais,
        limits,
        data["shipments"],
        data["device_km"],
        Effort(**data["effort"]),
    )


def fingerprint_of_output(allocation: Allocation) -> str:
    """SHA-256 (hexadecimal) of all that is answered; answers of before version 3 keep the fingerprint of their time."""
    if version_of(allocation.engine) < 3:
        return _fingerprint_before_version_3(allocation)
    values = allocation_to_plain(allocation)
    told = ([name, values[name]] for name in sorted(values.keys() - NOT_TOLD))
    return fingerprint(rows(part) if part[0] == "lines" else part for part in told)


def _fingerprint_before_version_3(allocation: Allocation) -> str:
    return fingerprint(
        (
            (allocation.engine, allocation.policy),
            [
                (
                    one.line_id,
                    one.reason.binding.value,
                    [(take.class_id, take.tier, take.devices) for take in one.takes],
                )
                for one in allocation.lines
            ],
            [
                (one.relais_id, one.weight.thousandths, one.asked, one.before, one.urgent, str(one.fair), one.given)
                for one in allocation.relais
            ],
            [(str(one.level), one.relais, one.classes, one.devices, one.wanted) for one in allocation.bottlenecks],
        )
    )


def _place_to_plain(place: Place | None) -> list[int] | None:
    return [place.latitude, place.longitude] if place is not None else None


def _place_from_plain(place: list[int] | None) -> Place | None:
    return Place(*place) if place is not None else None
