"""Shapes of the workshops' API."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.web import Role
from filiere.web.bounded_types import NoFlag
from pydantic import BaseModel, ConfigDict, Field, model_validator

PerWeek = Annotated[int, Field(ge=0, le=10_000), NoFlag]


class Capacity(BaseModel):
    """What a workshop can take. Without competences, they are the categories it has capacity for."""

    model_config = ConfigDict(extra="forbid")

    capacity: dict[Category, PerWeek] = Field(default_factory=dict, description="devices a week, per category")
    competences: list[Category] = Field(
        default_factory=list, max_length=2 * len(Category), description="categories it knows how to refurbish"
    )

    @model_validator(mode="after")
    def _competent_where_capable(self) -> "Capacity":
        if not self.competences:
            self.competences = [category for category, quantity in self.capacity.items() if quantity]
        return self


class NewWorkshop(Capacity):
    """A workshop to register."""

    name: str = Field(min_length=2, max_length=200)
    city: str = Field(min_length=1, max_length=200)
    postcode: str = Field(pattern=r"^\d{5}$")


class NewMember(BaseModel):
    """A person of the identity provider who shall act for the workshop."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(min_length=1, max_length=200)
    role: Role = Role.WORKSHOP


class WorkshopOut(BaseModel):
    """A workshop as people and programs see it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    city: str
    postcode: str
    capacity: dict[Category, int]
    competences: list[Category]


class MemberOut(BaseModel):
    """`granted` is False when the person could already act for the workshop."""

    workshop_id: UUID
    subject: str
    granted: bool
