"""Shapes of media and erasures in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from filiere.catalogue.contacts import without_contacts
from filiere.catalogue.grades import StorageKind
from filiere.web.bounded_types import NoFlag
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.devices.schemas import MediumOut
from refurbish.devices.stages import Stage

MAX_EVIDENCE = 200_000  # characters; a nwipe log of a shelf of disks has 20,000

OnTheWire = Annotated[str, AfterValidator(without_contacts)]
"""How a medium was wiped is told to the donor, in an event: it names a program, never somebody."""


class NewMedium(BaseModel):
    """A storage medium that somebody sees. Kind `none` states that there is no medium at all, and takes no serial.

    A soldered memory (eMMC) has no readable serial: left out, the device's own label stands for it.
    """

    model_config = ConfigDict(extra="forbid")

    kind: StorageKind
    serial: str | None = Field(default=None, max_length=100)
    size_gb: Annotated[float, Field(gt=0, le=100_000, description="decimal gigabytes"), NoFlag] | None = None

    @model_validator(mode="after")
    def _serial_by_kind(self) -> "NewMedium":
        if self.kind is StorageKind.NONE and self.serial:
            raise ValueError("Quand il n'y a pas de disque, il n'y a pas de numéro de série.")
        if self.kind not in {StorageKind.NONE, StorageKind.EMMC} and not (self.serial or "").strip():
            raise ValueError("Écris le numéro de série du disque : l'effacement sera comparé à lui.")
        return self


class NewErasure(BaseModel):
    """The report of an erasure. The operator is the caller; somebody else verifies it, as herself (`verifications`)."""

    model_config = ConfigDict(extra="forbid")

    medium_serial: str = Field(min_length=1, max_length=100)
    level: Level
    method: OnTheWire = Field(
        min_length=1, max_length=200, description="overwrite, secure erase, crypto erase, shredding…"
    )
    tool: OnTheWire = Field(min_length=1, max_length=100)
    tool_version: OnTheWire = Field(min_length=1, max_length=50)
    result: ErasureResult
    evidence: str | None = Field(default=None, max_length=MAX_EVIDENCE, description="the tool's own report, as text")
    report_id: UUID | None = Field(default=None, description="a report that was sent before, instead of `evidence`")
    despite: list[Annotated[str, Field(max_length=20)]] = Field(
        default_factory=list, max_length=20, description="codes of the report's questions that the caller has answered"
    )

    @model_validator(mode="after")
    def _one_report(self) -> "NewErasure":
        if self.evidence and self.report_id:
            raise ValueError("Le rapport est un fichier déjà envoyé, ou un texte : pas les deux.")
        return self


class ErasureOut(BaseModel):
    """One attempt; its evidence is given by its hash."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    medium_serial: str
    level: Level
    method: str
    tool: str
    tool_version: str
    result: ErasureResult
    operator_name: str
    verified: bool
    verified_by: str | None
    evidence_sha256: str | None
    erased_at: datetime
    report_id: UUID | None = Field(default=None, description="the report's file, when one was sent")
    despite: list[str] = Field(default_factory=list, description="questions of the report that the operator answered")
    refused: str | None = Field(default=None, description="why a second person did not confirm it")


class ErasureRecorded(BaseModel):
    """Where the device stands after a report."""

    device_id: UUID
    stage: Stage
    medium: MediumOut
