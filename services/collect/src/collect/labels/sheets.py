"""What stands on a label, and the parts in which a large donation's labels are printed."""

from dataclasses import dataclass
from uuid import UUID

from filiere.catalogue import Category
from filiere.documents.labels import MOST, PER_SHEET, Label
from filiere.jobs.repository import JobState
from filiere.web import gettext as _

from collect.devices.schemas import DeviceOut


def label_of(device: DeviceOut, address: str) -> Label:
    """(code, text of its QR code, words). `address`: where the code leads, without the label."""
    words = _(Category(device.category).label_fr).capitalize()
    named = f" {device.name}" if device.manufacturer or device.model else ""
    serial = f" · {device.serial}" if device.serial else ""
    return device.label, f"{address}{device.label}", f"{words}{named}{serial}"


@dataclass(frozen=True, slots=True)
class Whose:
    """A donation or a lot whose labels are asked for."""

    title: str
    back: tuple[str, str]
    address: str
    donation_id: UUID | None = None
    lot_id: UUID | None = None

    @property
    def key(self) -> str:
        return f"donation:{self.donation_id}" if self.donation_id else f"lot:{self.lot_id}"

    def part_key(self, number: int) -> str:
        """What the job is about that makes one PDF of these labels."""
        return f"{self.key}:{number}"


@dataclass(frozen=True, slots=True)
class Part:
    """One PDF: the labels from `first` to `last`; `state` None when nobody has asked for it."""

    number: int
    first: int
    last: int
    state: JobState | None = None
    failure: str | None = None


def parts_of(total: int) -> list[Part]:
    """The PDFs of so many labels; none when they fit on one sheet, which its page shows."""
    if total <= PER_SHEET:
        return []
    return [
        Part(number, first + 1, min(first + MOST, total)) for number, first in enumerate(range(0, total, MOST), start=1)
    ]
