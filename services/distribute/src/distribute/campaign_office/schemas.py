"""What the pages of campaigns send, and what they show of one."""

from datetime import date
from typing import Annotated

from filiere.web.bounded_types import Day
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from distribute.campaigns.schemas import (
    LONGEST_DAYS,
    CampaignIn,
    JoinIn,
    Name,
    Percent,
    ReasonIn,
    Target,
    Words,
    is_departement,
)
from distribute.campaigns.status import Pricing
from distribute.publics import Public
from distribute.relais.legal_form import LegalForm

Asked = Annotated[Target, BeforeValidator(lambda said: said or 0)]
Part = Annotated[Percent, BeforeValidator(lambda said: said or 0)]


class CampaignForm(BaseModel):
    """A campaign as its page is filled in; what is left empty is no target and no limit."""

    model_config = ConfigDict(extra="ignore")

    name: Name
    words: Words = ""
    begins_on: Day
    ends_on: Day
    target_people: Asked = 0
    target_devices: Asked = 0
    target_structures: Asked = 0
    publics: list[Public] = Field(default_factory=list, max_length=14)
    legal_forms: list[LegalForm] = Field(default_factory=list, max_length=6)
    territories: Annotated[str, StringConstraints(max_length=600)] = ""
    share_percent: Part = 0
    arrivals_percent: Part = 0
    pricing: Pricing = Pricing.LIST
    # Asked for where the price is a part of the list's: an error stands beside this field.
    price_percent: Annotated[int, Field(ge=1, le=99)] | None = Field(None, validate_default=True)
    seen: Annotated[str, StringConstraints(max_length=64)] | None = None

    @field_validator("territories")
    @classmethod
    def _known(cls, text: str) -> str:
        for code in codes_in(text):
            if not is_departement(code):
                raise ValueError(f"« {code[:10]} » n'est pas le numéro d'un département.")
        return text

    @field_validator("ends_on")
    @classmethod
    def _after(cls, day: date, info: ValidationInfo) -> date:
        begins = info.data.get("begins_on")
        if begins is not None and day < begins:
            raise ValueError("Le dernier jour ne peut pas précéder le premier.")
        if begins is not None and (day - begins).days > LONGEST_DAYS:
            raise ValueError("Une campagne dure trois ans au plus.")
        return day

    @field_validator("price_percent")
    @classmethod
    def _of_a_reduction(cls, percent: int | None, info: ValidationInfo) -> int | None:
        is_a_part = info.data.get("pricing") is Pricing.REDUCED
        if is_a_part and percent is None:
            raise ValueError("Dites quelle part du prix est payée, de 1 à 99 %.")
        return percent if is_a_part else None

    def asked(self) -> CampaignIn:
        """As the API takes it."""
        return CampaignIn.model_validate(
            {**self.model_dump(exclude={"seen"}), "territories": codes_in(self.territories)}
        )


def codes_in(text: str) -> list[str]:
    """The codes of départements in a list that somebody typed."""
    return list(dict.fromkeys(text.upper().replace(",", " ").replace(";", " ").split()))


def written(terms: CampaignIn) -> dict[str, str | list[str]]:
    """A campaign as its form shows it."""
    said = terms.model_dump(mode="json")
    return {
        name: value if isinstance(value, list) else str(value)
        for name, value in {**said, "territories": ", ".join(terms.territories)}.items()
        if value not in (None, 0)
    }


class JoinForm(JoinIn):
    """Which structure takes part, from its page."""

    model_config = ConfigDict(extra="ignore")


class PublishForm(ReasonIn):
    """Why a draft is published, and which one was read."""

    model_config = ConfigDict(extra="ignore")

    seen: Annotated[str, StringConstraints(max_length=64)]


class ProgressOut(BaseModel):
    """How far a campaign is, from the till. Of people nothing but whole tens, by no cell."""

    people: int | None = Field(description="At least so many, in whole tens; null below ten.")
    devices: int = Field(description="Handed over.")
    structures: int = Field(description="That take part.")
    ordering: int = Field(description="Of them, those that have ordered for it.")
    ordered: int = Field(description="Devices that its orders ask for.")
    promised: int = Field(description="Devices promised to its orders, on their way or at the Relais.")
