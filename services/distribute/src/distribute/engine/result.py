"""What one allocation run answers. Plain values only: it is stored with the run, compared and fingerprinted."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from distribute.engine.policy import Weight

FAMILY = "fair_shares_v"


def version_of(engine: str) -> int:
    """The number of an engine's version. Raises ValueError for another engine."""
    family, found, number = engine.partition(FAMILY)
    if family or not found or not number.isascii() or not number.isdigit():
        raise ValueError(f"{engine} is no version of this engine")
    return int(number)


class Binding(StrEnum):
    """What decided the number of devices of a line."""

    COMPLETE = "complete"
    NO_AGREEMENT = "no_agreement"
    NOTHING_READY = "nothing_ready"
    # What would suit is ready, but nothing of it may go to the line: for its campaign, its Relais, or both.
    SET_ASIDE = "set_aside"
    OUT_OF_CAMPAIGN = "out_of_campaign"
    PUBLIC_ONLY = "public_only"
    NOT_ALLOWED = "not_allowed"
    CAP = "cap"
    CAMPAIGN_SHARE = "campaign_share"
    SPOKEN_FOR = "spoken_for"
    ALREADY_SERVED = "already_served"
    LESS_SERVED_FIRST = "less_served_first"
    BELOW_ONE_DEVICE = "below_one_device"
    MORE_PRESSING_LINES = "more_pressing_lines"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Relais that share too few devices, up to one weighted share: a tight set, proved by a minimum cut.

    `level` is that share per unit of weight: a Relais of weight 1.200 is served up to 1.2 × `level` of what it asked,
    history included. `devices` is all that this run has for them, `wanted` what they still lacked.
    """

    level: Fraction
    relais: tuple[str, ...]
    classes: tuple[str, ...]
    devices: int
    wanted: int


@dataclass(frozen=True, slots=True)
class RelaisResult:
    """What a Relais gets. Shares are `before / asked` and `(before + given) / asked`."""

    relais_id: str
    weight: Weight
    asked: int
    before: int
    urgent: int  # promised to its urgent lines first, included in `given`
    fair: Fraction  # devices before rounding
    given: int
    bottleneck: int | None  # the one it shares; None when nothing limits it, or when it was served enough already


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a line got what it got: the binding constraint, who competes for it, and the Relais' share."""

    binding: Binding
    wanted: int
    given: int
    substitutes: int
    relais: RelaisResult
    bottleneck: Bottleneck | None
    # Devices that the line could have, as the run found them, and what all lines that could have one of them lacked.
    # Answers of before version 3 of the engine do not say so: 0 and 0.
    ready: int = 0
    rivals: int = 0


@dataclass(frozen=True, slots=True)
class Take:
    """Devices of a class for a line, and the preference it is in the line's acceptance (0 is the first)."""

    class_id: str
    tier: int
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineResult:
    """What a line gets, device by device."""

    line_id: str
    relais_id: str
    wanted: int
    takes: tuple[Take, ...]
    reason: Reason

    @property
    def given(self) -> int:
        return self.reason.given


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work the run was."""

    max_flows: int
    cheapest_flows: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """The answer, with everything that says how it came about. Lines and Relais are in the order of their ids."""

    engine: str
    solver: str
    policy: str
    input_sha256: str
    output_sha256: str
    lines: tuple[LineResult, ...]
    relais: tuple[RelaisResult, ...]
    bottlenecks: tuple[Bottleneck, ...]  # most short first
    shipments: int
    device_km: int
    effort: Effort

    @property
    def given(self) -> int:
        return sum(one.given for one in self.relais)
