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
    named = f" {_short(device.name, 48)}" if device.manufacturer or device.model else ""
    # No line begins with what parts two of them.
    serial = f"\u00a0· {_short(device.serial, 32)}" if device.serial else ""
    tag = f"\u00a0· {_('inv. %(tag)s') % {'tag': _short(device.asset_tag, 32)}}" if device.asset_tag else ""
    return device.label, f"{address}{device.label}", f"{words}{named}{tag}{serial}"


def _short(text: str, most: int) -> str:
    """As much as a label has room for; the manifest has it whole."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


@dataclass(frozen=True, slots=True)
class Whose:
    """A donation, a lot or one device whose labels are asked for."""

    title: str
    back: tuple[str, str]
    address: str
    donation_id: UUID | None = None
    lot_id: UUID | None = None
    device_id: UUID | None = None
    printed: str = ""
    """A fingerprint of what the labels say: a PDF of other devices, or of what they said before, is not offered."""

    @property
    def key(self) -> str:
        if self.device_id:
            return f"device:{self.device_id}"
        return f"donation:{self.donation_id}" if self.donation_id else f"lot:{self.lot_id}"

    def part_key(self, number: int, *, tape: bool) -> str:
        """What the job is about that makes one PDF of these labels."""
        return f"{self.key}:{self.printed}:{number}{':tape' if tape else ''}"


@dataclass(frozen=True, slots=True)
class Part:
    """One PDF: the labels from `first` to `last`, on sheets or on tape; `state` None when nobody has asked for it."""

    number: int
    first: int
    last: int
    tape: bool = False
    state: JobState | None = None
    failure: str | None = None


def parts_of(total: int) -> list[Part]:
    """The PDFs of so many labels: of sheets, unless one sheet holds them, which its page shows; then of tape."""
    cut = [(number, first + 1, min(first + MOST, total)) for number, first in enumerate(range(0, total, MOST), start=1)]
    sheets = [Part(*one) for one in cut] if total > PER_SHEET else []
    return [*sheets, *(Part(*one, tape=True) for one in cut)]
