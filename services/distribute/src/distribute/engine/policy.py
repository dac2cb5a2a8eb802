"""The published policy of allocation: versioned data files beside this module, and the weight of a Relais under one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Self

from filiere.catalogue.datafiles import DataModel, Versioned, in_force, load_all
from filiere.geography import LocalityClass
from pydantic import Field, model_validator

from distribute.engine.problem import Relais

FILES = Path(__file__).parent / "data"
NEUTRAL = 1000


class Waiting(DataModel):
    """What waiting adds to the weight."""

    per_week: int = Field(ge=0, description="thousandths for each whole week since the oldest open line")
    at_most: int = Field(ge=0, le=9_000)


class Publics(DataModel):
    """What serving under-served publics adds to the weight."""

    each: Mapping[str, Annotated[int, Field(ge=0)]] = Field(
        description="public in the words of data.inclusion → thousandths"
    )
    at_most: int = Field(ge=0, le=9_000)


class Size(DataModel):
    """Weight of structures that support fewer people than `below`."""

    below: int | None
    weight: int = Field(ge=100, le=10_000)


class Weights(DataModel):
    """The factors of a weight, in thousandths."""

    locality: Mapping[LocalityClass, Annotated[int, Field(ge=100, le=10_000)]]
    waiting: Waiting
    publics: Publics
    people_supported: list[Size]

    @model_validator(mode="after")
    def _covers_everybody(self) -> Self:
        if set(self.locality) != set(LocalityClass):
            raise ValueError("every locality class needs a weight")
        bounds = [one.below for one in self.people_supported]
        inner = [bound for bound in bounds if bound is not None]
        if not bounds or bounds[-1] is not None or len(inner) != len(bounds) - 1 or inner != sorted(set(inner)):
            raise ValueError("sizes go up, and the last one has no bound")
        return self


class Transport(DataModel):
    """How parcels and kilometres compare once shares and preferences are settled."""

    shipment_km: int = Field(ge=0)
    unknown_km: int = Field(ge=0, le=20_000)


class Policy(Versioned):
    """One policy file."""

    window_months: int = Field(ge=1)
    # Both parts count what is free and what was promised in the last QUOTA_DAYS and is kept.
    urgent_percent: int = Field(ge=0, le=100, description="of the devices of each category, rounded up")
    cap_per_run: int | None = Field(ge=0)
    campaign_percent: int = Field(ge=0, le=100, description="of the stock of everybody, for a campaign not named below")
    campaigns: Mapping[str, Annotated[int, Field(ge=0, le=100)]]
    weights: Weights
    transport: Transport

    @property
    def label(self) -> str:
        """Name and version, as runs keep it."""
        return f"{self.name} v{self.version}"

    def campaign_share(self, campaign: str) -> int:
        """Percent of the stock of everybody that the lines of a campaign may take."""
        return self.campaigns.get(campaign, self.campaign_percent)


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a Relais counts, in thousandths, and what made it so (factor → thousandths).

    Never less than 10: a locality and a size weigh at least 100, waiting and publics only add.
    """

    thousandths: int
    factors: tuple[tuple[str, int], ...]


def policies() -> Mapping[str, Policy]:
    """Every policy by name, earliest first. Raises BrokenDataFile."""
    return read_policies(FILES)


@cache
def read_policies(folder: Path) -> Mapping[str, Policy]:
    """Those of a folder, read once in the life of the process: published files do not change, and YAML is slow."""
    return MappingProxyType(load_all(Policy, "allocation_*.yaml", folder))


def policy_on(day: date) -> Policy:
    """The policy in force on a day. Raises NothingInForce."""
    return in_force(policies().values(), day, "politique d'attribution")


def campaigns_on(day: date) -> tuple[str, ...]:
    """Names of the campaigns of the policy in force on a day. Raises NothingInForce."""
    return tuple(sorted(policy_on(day).campaigns))


def weigh(policy: Policy, relais: Relais, waiting_days: int) -> Weight:
    """Weight of a Relais whose oldest open line waits since so many days: the product, to the nearest thousandth."""
    rules = policy.weights
    size = next(
        one.weight for one in rules.people_supported if one.below is None or relais.people_supported < one.below
    )
    factors = (
        ("locality", rules.locality[relais.locality]),
        ("waiting", NEUTRAL + min(rules.waiting.at_most, rules.waiting.per_week * (max(waiting_days, 0) // 7))),
        (
            "publics",
            NEUTRAL + min(rules.publics.at_most, sum(rules.publics.each.get(one, 0) for one in relais.publics)),
        ),
        ("people_supported", size),
    )
    product = 1
    for _, thousandths in factors:
        product *= thousandths
    scale = NEUTRAL ** (len(factors) - 1)
    return Weight((2 * product + scale) // (2 * scale), factors)
