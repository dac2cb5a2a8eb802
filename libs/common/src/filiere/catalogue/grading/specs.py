"""What must be known of a device to grade it. Sizes are nominal: "8 Go" of memory is 8 even if the system shows 7,7."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from filiere.catalogue.categories import Category
from filiere.catalogue.errors import ImpossibleSpec, IncompleteSpec
from filiere.catalogue.grades import Cosmetic, StorageKind


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Storage(_Spec):
    """One storage medium of a computer."""

    kind: StorageKind = Field(description="what the medium is; `unknown` is graded as a hard disk")
    size_gb: float = Field(ge=0, le=100_000, description="decimal gigabytes, as printed on the medium")


class PcSpec(_Spec):
    """A laptop or a desktop. Either `cpu_mark` or `cpu`/`year` must be given."""

    ram_gb: float = Field(ge=0, le=4096, description="nominal memory in GiB")
    storage: tuple[Storage, ...] = Field(max_length=16, description="every medium in the machine")
    cpu_mark: int | None = Field(default=None, ge=0, le=500_000, description="PassMark points typed by the technician")
    cpu: str | None = Field(default=None, max_length=200, description="processor as read, to estimate from")
    year: int | None = Field(default=None, ge=1980, le=2100, description="year of making, to estimate from")
    os: str | None = Field(default=None, max_length=100, description="system installed at handover")
    technical_delta: int = Field(default=0, ge=-10, le=10, description="points a technician adds or takes away")
    cosmetic_delta: int = Field(default=0, ge=-10, le=10, description="the same, for the outer state")


MOST_PHONE_RAM_GB = 256
MOST_PHONE_STORAGE_GB = 10_000


class PhoneState(StrEnum):
    """State of a phone in the 2023 rules, each with its weighting."""

    WASTE = "DEEE"
    REPAIRABLE = "REPARABLE"
    LOCKED = "BLOQUE"
    REFURBISHABLE = "RECONDITIONABLE"
    REFURBISHED = "RECONDITIONNE"


class SmartphoneSpec(_Spec):
    """A smartphone or a tablet."""

    ram_gb: float = Field(ge=0, le=MOST_PHONE_RAM_GB, description="nominal memory in GiB")
    storage_gb: float = Field(ge=0, le=MOST_PHONE_STORAGE_GB, description="nominal storage in GB")
    antutu: int | None = Field(default=None, ge=0, description="AnTuTu points typed by the technician, if measured")
    state: PhoneState = PhoneState.REFURBISHED
    weighting_percent: int | None = Field(default=None, description="weighting typed instead of the state's own")


class StateSpec(_Spec):
    """A monitor, a printer or a basic phone: graded on its state alone."""

    works: bool = True
    cosmetic: Cosmetic = Field(description="outer state")
    minor_defect: bool = Field(default=False, description="a defect that does not prevent use, said at handover")


Spec = PcSpec | SmartphoneSpec | StateSpec


class DeviceFacts(_Spec):
    """All that a technician or an audit may know of a device of any category; `spec_for` keeps what its rules use."""

    ram_gb: float | None = Field(default=None, ge=0, le=4096, description="nominal memory in GiB")
    storage: tuple[Storage, ...] = Field(default=(), max_length=16, description="every medium in the device")
    cpu_mark: int | None = Field(default=None, ge=0, le=500_000, description="PassMark points, computers")
    cpu: str | None = Field(default=None, max_length=200, description="processor as the audit reads it")
    year: int | None = Field(default=None, ge=1980, le=2100, description="year of making")
    os: str | None = Field(default=None, max_length=100, description="system installed at handover")
    antutu: int | None = Field(default=None, ge=0, description="AnTuTu points, smartphones and tablets")
    phone_state: PhoneState = Field(default=PhoneState.REFURBISHED, description="smartphones and tablets")
    weighting_percent: int | None = Field(default=None, description="smartphones and tablets")
    technical_delta: int = Field(default=0, ge=-10, le=10, description="computers")
    cosmetic_delta: int = Field(default=0, ge=-10, le=10, description="computers")
    cosmetic: Cosmetic | None = Field(default=None, description="outer state")
    works: bool = True
    minor_defect: bool = False

    def spec_for(self, category: Category) -> Spec:
        """Return the spec that this category's rules read. Raises IncompleteSpec, ImpossibleSpec."""
        if category.is_computer:
            # Checked already, by the same bounds: to check again is a quarter of what a grade costs.
            return PcSpec.model_construct(
                ram_gb=self._known_ram(category),
                storage=self.storage,
                cpu_mark=self.cpu_mark,
                cpu=self.cpu,
                year=self.year,
                os=self.os,
                technical_delta=self.technical_delta,
                cosmetic_delta=self.cosmetic_delta,
            )
        if category in {Category.SMARTPHONE, Category.TABLET}:
            if not self.storage:
                raise IncompleteSpec(f"Indiquez la capacité de stockage ({category.label_fr}).")
            ram_gb = self._known_ram(category)
            # The rules speak of the built-in storage; a memory card does not make a phone better.
            storage_gb = max(medium.size_gb for medium in self.storage)
            for field, what, size, most in (
                ("ram_gb", "mémoire vive", ram_gb, MOST_PHONE_RAM_GB),
                ("storage_gb", "stockage", storage_gb, MOST_PHONE_STORAGE_GB),
            ):
                if size > most:
                    raise ImpossibleSpec(
                        field,
                        f"{size:g} Go de {what}, c'est trop ({category.label_fr}, {most} Go au plus). "
                        "Écrivez cette taille en Go : 4096 Mo font 4 Go.",
                    )
            return SmartphoneSpec(
                ram_gb=ram_gb,
                storage_gb=storage_gb,
                antutu=self.antutu,
                state=self.phone_state,
                weighting_percent=self.weighting_percent,
            )
        if self.cosmetic is None:
            raise IncompleteSpec(f"Indiquez l'aspect ({category.label_fr}) : A, B, C ou D.")
        return StateSpec(works=self.works, cosmetic=self.cosmetic, minor_defect=self.minor_defect)

    def _known_ram(self, category: Category) -> float:
        if self.ram_gb is None:
            raise IncompleteSpec(f"Indiquez la mémoire vive en Go ({category.label_fr}).")
        return self.ram_gb
