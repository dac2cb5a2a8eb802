"""What goes in and out of campaigns."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.geography import departements
from filiere.web.bounded_types import Day, NoFlag, Visible
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from distribute.campaigns.status import CampaignStatus, Pricing, Stage, Way, stage_on
from distribute.publics import Public
from distribute.relais.legal_form import LegalForm
from distribute.remarks import about_nobody

Campaign = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), Visible]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=80), Visible]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300), Visible]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Visible, AfterValidator(about_nobody)]
Target = Annotated[int, Field(ge=0, le=1_000_000), NoFlag]
Percent = Annotated[int, Field(ge=0, le=100), NoFlag]
MOST_TERRITORIES = 110
LONGEST_DAYS = 3 * 366
"""From its first day to its last; ours: what lasts longer is no campaign."""


class CampaignIn(BaseModel):
    """A version of a campaign."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="Fixed once it is published: orders and devices bear it.")
    words: Words = Field("", description="What it is, for whoever opens its link.")
    begins_on: Day = Field(description="First day on which Relais order for it.")
    ends_on: Day = Field(description="Last one.")
    target_people: Target = Field(0, description="People to equip; 0: no target.")
    target_devices: Target = Field(0, description="Devices to hand over; 0: no target.")
    target_structures: Target = Field(0, description="Structures to take part; 0: no target.")
    publics: list[Public] = Field(default_factory=list, max_length=14, description="Whom it is for; none: everybody.")
    legal_forms: list[LegalForm] = Field(
        default_factory=list, max_length=6, description="Kinds of structure that may take part; none: all."
    )
    territories: list[Annotated[str, StringConstraints(max_length=3)]] = Field(
        default_factory=list, max_length=MOST_TERRITORIES, description="Codes of départements; none: all."
    )
    share_percent: Percent = Field(0, description="Of the stock of everybody that its lines may take.")
    arrivals_percent: Percent = Field(0, description="Of what becomes ready during it that is set aside for it.")
    pricing: Pricing = Pricing.LIST
    price_percent: Annotated[int, Field(ge=1, le=99), NoFlag] | None = Field(
        None, description="Of the price of the list; for `reduced` alone."
    )

    @field_validator("territories")
    @classmethod
    def _known(cls, codes: list[str]) -> list[str]:
        for code in codes:
            if not is_departement(code):
                raise ValueError(f"« {code[:10]} » n'est pas le numéro d'un département.")
        return sorted(set(codes))

    @model_validator(mode="after")
    def _agree(self) -> "CampaignIn":
        if self.ends_on < self.begins_on:
            raise ValueError("Le dernier jour ne peut pas précéder le premier.")
        if (self.ends_on - self.begins_on).days > LONGEST_DAYS:
            raise ValueError("Une campagne dure trois ans au plus.")
        if (self.pricing is Pricing.REDUCED) != (self.price_percent is not None):
            raise ValueError("Dites quelle part du prix est payée, et seulement pour « une part de ces prix ».")
        return self

    @property
    def percent_of_the_list(self) -> int:
        """What its orders pay of the price of the list."""
        return {Pricing.LIST: 100, Pricing.GIFT: 0}.get(self.pricing, self.price_percent or 100)


def is_departement(code: str) -> bool:
    """Whether it is the code of a département, such as 48, 2A or 974."""
    return code in departements()


class ReasonIn(BaseModel):
    """Why: kept with the campaign."""

    model_config = ConfigDict(extra="forbid")

    reason: Why


class JoinIn(BaseModel):
    """Which of the caller's structures takes part."""

    model_config = ConfigDict(extra="forbid")

    relais_id: UUID


class VersionOut(BaseModel):
    """A version that was published; it never changes."""

    version: int
    terms: CampaignIn
    published_at: datetime
    published_why: str


class CampaignOut(BaseModel):
    """A campaign with the terms that count: of its last published version, of its draft before there is one."""

    id: UUID
    name: str
    status: CampaignStatus
    stage: Stage = Field(description="Today.")
    version: int | None = Field(description="The published one that counts.")
    terms: CampaignIn
    draft: CampaignIn | None = Field(description="What is being written; the coordination alone sees it.")
    members: int = Field(description="Structures that take part.")
    published_at: datetime | None
    ended_at: datetime | None = Field(description="When it was closed, or cancelled.")
    ended_why: str | None

    @property
    def is_published(self) -> bool:
        return self.version is not None

    @property
    def latest(self) -> CampaignIn:
        """What a form begins with: the draft, else what counts."""
        return self.draft or self.terms

    @property
    def may_change(self) -> bool:
        """Neither closed nor cancelled."""
        return self.status in (CampaignStatus.DRAFT, CampaignStatus.PUBLISHED)


class RunningCampaign(BaseModel):
    """A published campaign, and what asks of it who orders."""

    id: UUID
    name: str
    status: CampaignStatus
    terms: CampaignIn

    def stage(self, day: date) -> Stage:
        return stage_on(self.status, self.terms.begins_on, self.terms.ends_on, day)


class MemberOut(BaseModel):
    """A structure that takes part."""

    relais_id: UUID
    name: str
    city: str
    territory: str
    joined_at: datetime
    way: Way
