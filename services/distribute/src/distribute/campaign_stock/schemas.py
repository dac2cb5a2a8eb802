"""What is asked of a campaign's stock, and what became of it."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.web.bounded_types import NoFlag
from pydantic import BaseModel, ConfigDict, Field

from distribute.campaigns.schemas import Campaign

# The most that is set aside or given back at once.
AT_ONCE = 100_000


class SetAsideIn(BaseModel):
    """Free devices to set aside for a campaign."""

    model_config = ConfigDict(extra="forbid")

    category: Category
    grade: Grade | None = Field(None, description="Only of this grade.")
    min_grade: Grade | None = Field(None, description="Of this grade or better.")
    workshop_id: UUID | None = Field(None, description="Only those that this workshop holds.")
    quantity: Annotated[int, Field(ge=1, le=AT_ONCE), NoFlag]


class GiveBackIn(BaseModel):
    """Free devices of a campaign to give back to everybody; all of them when nothing is named."""

    model_config = ConfigDict(extra="forbid")

    category: Category | None = None
    grade: Grade | None = Field(None, description="Only of this grade.")
    min_grade: Grade | None = Field(None, description="Of this grade or better.")
    workshop_id: UUID | None = Field(None, description="Only those that this workshop holds.")
    quantity: Annotated[int, Field(ge=1, le=AT_ONCE), NoFlag] | None = None


class SetAsideForm(SetAsideIn):
    """The same from the page, where the campaign is a field."""

    campaign: Campaign


class GiveBackForm(GiveBackIn):
    """The same from the page, where the campaign is a field."""

    campaign: Campaign


class CampaignStockOut(BaseModel):
    """What became of a wish to set devices aside or to give them back."""

    campaign: str
    asked: int | None = Field(description="Devices that were to be moved; none for all.")
    moved: int = Field(description="Devices that were: fewer when there were no more.")
    set_aside: int = Field(description="Free devices that are set aside for the campaign now.")
    sentence: str = Field(description="The same in French.")
