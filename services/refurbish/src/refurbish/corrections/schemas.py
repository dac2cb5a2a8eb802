"""Shapes of corrections in the API."""

from typing import Annotated

from filiere.catalogue.categories import Category
from pydantic import BaseModel, ConfigDict, Field

from refurbish.devices.correction_reasons import CorrectionReason

Name = Annotated[str, Field(max_length=200)]


class Correction(BaseModel):
    """What the device really is. What is left out stays; null takes a name or the serial away."""

    model_config = ConfigDict(extra="forbid")

    reason: CorrectionReason
    category: Category | None = None
    manufacturer: Name | None = None
    model: Name | None = None
    serial: Annotated[str, Field(max_length=100)] | None = None
