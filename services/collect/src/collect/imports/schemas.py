"""Shapes of imports in the API and on pages."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from filiere.jobs.repository import Job, JobState
from filiere.web import ngettext
from filiere.web.bounded_types import NoFlag
from filiere.web.formats import number
from pydantic import BaseModel, ConfigDict, Field, field_validator

from collect.eligibility.judge import RULES

ColumnField = Literal[
    "category", "quantity", "manufacturer", "model", "serial", "imei", "imei2", "asset_tag", "year", "ram_gb",
    "storage_gb", "system", "mark",
]  # fmt: skip
"""What a column may be read as."""


class ColumnOut(BaseModel):
    """One column of a list, from 0, and the field it was taken for. `closed`: it is about people, and is never read."""

    column: int
    name: str = Field(default="", exclude=True)
    header: str
    field: ColumnField | None
    closed: bool
    examples: list[str] = Field(description="the first different cells, without what they say of people")


class ColumnChoice(BaseModel):
    """The field that a column is to be read as; null: do not read it."""

    model_config = ConfigDict(extra="forbid")

    column: Annotated[int, Field(ge=0, lt=300), NoFlag]
    field: ColumnField | None


class CorrectColumns(BaseModel):
    """Columns that are not said stay as they are."""

    model_config = ConfigDict(extra="forbid")

    columns: Annotated[list[ColumnChoice], Field(min_length=1, max_length=300)]


Tool = Literal[
    "glpi-json", "glpi-xml", "lshw", "lsblk", "smartctl", "inxi", "dmidecode", "ereuse", "bolc", "tectech", "filiere"
]


class LayoutOut(BaseModel):
    """How the file was understood. `personal` columns were dropped. `header_row` 0: it has no titles, and what its
    columns are was guessed by what stands in them.

    `encoding` and `delimiter` of a text, `sheet` of a workbook, `inventories`: what wrote them, or `archive`. `table`:
    every column of a list, until it is declared. `corrected`: somebody said what the columns are, for this file or for
    an earlier one with the same titles.
    """

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    inventories: Tool | Literal["archive"] | None = None
    header_row: int
    columns: dict[str, str]
    ignored: list[str]
    personal: list[str]
    heading: str = Field(default="", exclude=True)
    corrected: bool = False
    table: list[ColumnOut] | None = None

    @property
    def is_guess(self) -> bool:
        """Whether a person should look at the columns before anything is declared."""
        return self.header_row == 0 and bool(self.columns) and not self.corrected


class Shown(StrEnum):
    """Which rows of a preview somebody looks at, as it stands in the page's address."""

    ALL = "toutes"
    TO_SEE = "a-revoir"
    ACCEPTED = "acceptees"
    REMARKS = "remarques"
    REFUSED = "refusees"
    ERRORS = "a-corriger"


class RuleCount(BaseModel):
    """How many rows one rule stopped; `reason`: its short name in French."""

    rule: str
    reason: str
    verdict: Literal["refused", "error"]
    count: int
    devices: int = Field(description="A row may be of several; one to correct declares none, whatever it says.")

    @classmethod
    def of(cls, rule: str, verdict: Literal["refused", "error"], count: int, devices: int) -> "RuleCount":
        return cls(rule=rule, reason=RULES.get(rule, rule), verdict=verdict, count=count, devices=devices)


class RowProblem(BaseModel):
    """Why a row is not accepted; `row` as the spreadsheet numbers it."""

    row: int
    verdict: Literal["refused", "error"]
    rule: str
    reason: str


class ImportRecord(BaseModel):
    """An import as kept. `rows = accepted + refused + errors`; `devices` counts quantities."""

    id: UUID
    donor_id: UUID
    filename: str
    status: Literal["previewed", "confirmed", "released"]
    rows: int
    accepted: int
    refused: int
    errors: int
    devices: int
    accepted_devices: int
    layout: LayoutOut
    donation_id: UUID | None
    by_network: bool
    created_at: datetime

    @field_validator("layout", mode="before")
    @classmethod
    def _from_jsonb(cls, value: Any) -> Any:
        """The driver hands jsonb over as text."""
        return json.loads(value) if isinstance(value, str) else value

    @property
    def import_id(self) -> UUID:
        return self.id

    @property
    def headline(self) -> str:
        """« 143 lignes acceptées sur 160, et voici pourquoi 17 ne le sont pas »."""
        others = self.rows - self.accepted
        text = ngettext("%(num)s ligne acceptée sur %(rows)s", "%(num)s lignes acceptées sur %(rows)s", self.accepted)
        if others:
            text += ngettext(
                ", et voici pourquoi une ne l'est pas", ", et voici pourquoi %(others)s ne le sont pas", others
            )
        return text % {"num": number(self.accepted), "rows": number(self.rows), "others": number(others)}


class ImportProgress(BaseModel):
    """A long file that is being read, or could not be: `failure` says why. `total` rows are an estimate."""

    import_id: UUID
    donor_id: UUID
    filename: str
    status: Literal["waiting", "reading", "failed"]
    rows_read: int
    total: int
    failure: str | None
    asked_at: datetime

    @classmethod
    def of(cls, job: Job) -> "ImportProgress":
        """How far a job of kind `import` is; one that is just done is still shown as read, its import is there."""
        status: Literal["waiting", "reading", "failed"] = "reading"
        if job.state is JobState.WAITING:
            status = "waiting"
        elif job.state is JobState.FAILED:
            status = "failed"
        return cls(
            import_id=UUID(job.input.get("import_id", str(job.id))),  # of a list that is read again
            donor_id=UUID(job.input["donor_id"]),
            filename=job.input["filename"],
            status=status,
            rows_read=job.done,
            total=job.total,
            failure=job.failure,
            asked_at=job.created_at,
        )

    @property
    def percent(self) -> int:
        """Of the rows, never all of them while it is being read."""
        return min(100 * self.rows_read // self.total, 99) if self.total else 0


class SameList(BaseModel):
    """A donation that was declared by the same list."""

    donation_id: UUID
    reference: str
    sent_at: datetime


class EarlierRows(BaseModel):
    """A draft, or a file not yet declared (`import_id`), that holds rows of this one; `lines`: how many."""

    donation_id: UUID | None
    import_id: UUID | None
    reference: str
    lines: int


MOST_NAMED = 10
"""Lines that are named where a file was not followed; more are counted."""


class Merged(BaseModel):
    """What a file has done to a draft: lines corrected, lines added, of so many rows.

    `passed_over`: rows of an older file, whose lines have changed since it was written.
    """

    changed: int
    added: int
    rows: int
    passed_over: int = 0
    passed_over_lines: list[int] = []


class DonationNow(BaseModel):
    """The donation that a file is in, as it stands now: its lines may have been corrected, added to or taken out."""

    reference: str
    is_draft: bool
    accepted: int = Field(description="Lines, as are the next two.")
    refused: int
    errors: int
    declared: int = Field(description="Devices that it declares; what is to correct is not among them.")
    refused_devices: int

    @property
    def all(self) -> int:
        return self.accepted + self.refused + self.errors


class ImportOut(BaseModel):
    """The preview: what would be declared, and why not the rest. `problems` holds the first 200; all in the CSV.

    Its counts are the file's, as it was read; `now`: those of the donation that it is in.

    `same_as`: an earlier donation of exactly these lines, so that nobody declares them twice without meaning to.
    `failure`: why its columns could not be taken as somebody said last; the rows are those from before.
    """

    import_id: UUID
    donor_id: UUID
    filename: str
    status: Literal["previewed", "confirmed", "released"]
    headline: str
    rows: int
    accepted: int
    refused: int
    errors: int
    devices: int
    accepted_devices: int
    by_rule: list[RuleCount]
    problems: list[RowProblem]
    layout: LayoutOut
    donation_id: UUID | None
    same_as: SameList | None
    failure: str | None = None
    earlier: list[EarlierRows] = []
    now: DonationNow | None = None

    @property
    def refused_devices(self) -> int:
        return sum(rule.devices for rule in self.by_rule if rule.verdict == "refused")

    @property
    def declared_devices(self) -> int:
        """What its donation says that it declares: what is refused stands in it, what is to correct does not."""
        return self.accepted_devices + self.refused_devices


class IntoDraft(BaseModel):
    """Into which draft a file goes; none: a new one."""

    model_config = ConfigDict(extra="forbid")

    donation_id: UUID | None = None


class DraftedOut(BaseModel):
    """The draft that holds the file's rows, and what they changed in it.

    `passed_over`: rows that are not taken, as their lines have changed since the file was written; the first are named.
    """

    donation_id: UUID
    reference: str
    changed: int
    added: int
    accepted: int
    refused: int
    errors: int
    passed_over: int = 0
    passed_over_lines: list[int] = []


class ConfirmedOut(BaseModel):
    """The donation that the file became."""

    import_id: UUID
    donation_id: UUID
    reference: str
    declared: int
    accepted: int
    refused: int
