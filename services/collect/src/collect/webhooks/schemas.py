"""What goes in and out of webhooks."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from filiere.web import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from collect.webhooks.kinds import WebhookKind
from collect.webhooks.posting import LONGEST_URL, parts_of

State = Literal["waiting", "delivered", "given_up"]


def _address(url: str) -> str:
    if parts_of(url) is None:
        raise ValueError(_("Écrivez une adresse complète, qui commence par https://."))
    return url


Url = Annotated[str, Field(max_length=LONGEST_URL), AfterValidator(_address)]


class EndpointIn(BaseModel):
    """An address to tell, and of what."""

    model_config = ConfigDict(extra="forbid")

    url: Url = Field(description="Where messages are posted; https, and in the internet.")
    kinds: list[WebhookKind] = Field(
        min_length=1, max_length=len(WebhookKind), description="What it is told of.", examples=[["donation.accepted"]]
    )


class EndpointOut(BaseModel):
    """`waiting`: messages that it has not taken yet; `paused_why`: donor, gone (it said 410) or failing."""

    id: UUID
    donor_id: UUID
    url: str
    kinds: list[str]
    secret: str = Field(description="Signs what it gets, as Standard Webhooks v1.")
    paused_at: datetime | None
    paused_why: str | None
    waiting: int
    created_at: datetime


class DeliveryOut(BaseModel):
    """One message: `id` is its `webhook-id`; `answer` is the status of the last attempt, or why there was none."""

    id: UUID
    kind: str
    payload: str
    state: State
    attempts: int
    answer: str | None
    next_attempt_at: datetime
    created_at: datetime
    ended_at: datetime | None
