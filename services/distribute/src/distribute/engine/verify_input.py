"""What the verifier reads: a certificate, taken apart with every type and number checked, and what the rules say."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from distribute.engine.problem import Line

Pattern = tuple[tuple[tuple[str, ...], ...], str | None, bool]
FORMATS = {1}


class NotProved(ValueError):
    """The certificate does not prove the answer; the message says where."""


def need(holds: bool, what: str) -> None:
    if not holds:
        raise NotProved(what)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules say of each Relais that has a line some device could go to.

    Patterns are numbered: each names hundreds of classes, and is too long to look up for every line.
    """

    lines: list[tuple[Line, int]]
    patterns: list[Pattern]
    reach: list[dict[str, str]]  # per pattern: class → the node it comes from
    slope: dict[str, int]
    caps: dict[str, int | None]
    wanted: dict[str, int]  # per Relais
    waiting: dict[str, int]  # days


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate says of one network: levels by part, the part of each node, flows, shares."""

    levels: list[Fraction | None]
    part: dict[str, int]
    flows: dict[tuple[str, str], Fraction]
    shares: dict[str, Fraction]
    whole: dict[str, int]


@dataclass(frozen=True, slots=True)
class Certificate:
    patterns: list[Pattern]
    urgent: Certified | None
    common: Certified


def read(proof: Mapping[str, Any]) -> Certificate:
    """Raises NotProved for what is no certificate."""
    need(proof["format"] in FORMATS, "a format that is not known")
    patterns = [
        (tuple(tuple(tier) for tier in one["tiers"]), one["campaign"], one["public_origin"])
        for one in proof["patterns"]
    ]
    urgent = proof["urgent"]
    return Certificate(patterns, _network(urgent) if urgent is not None else None, _network(proof["common"]))


def _network(proof: Mapping[str, Any]) -> Certified:
    levels = [_fraction(*one) if one is not None else None for one in proof["levels"]]
    part: dict[str, int] = dict(proof["nodes"])
    parts = range(len(levels))
    need(all(type(at) is int and at in parts for at in part.values()), "a node in a part that does not exist")
    flows = {(tail, head): _fraction(top, bottom) for tail, head, top, bottom in proof["flows"]}
    need(len(flows) == len(proof["flows"]), "two flows on one arc")
    shares = {name: _fraction(*one) for name, one in proof["shares"].items()}
    whole: dict[str, int] = dict(proof["whole"])
    need(all(type(count) is int for count in whole.values()), "a Relais gets no whole number of devices")
    return Certified(levels, part, flows, shares, whole)


def _fraction(top: int, bottom: int) -> Fraction:
    if type(top) is not int or type(bottom) is not int or bottom < 1:
        raise NotProved(f"{top} / {bottom} is no fraction")
    return Fraction(top, bottom)
