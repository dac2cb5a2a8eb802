"""Which erasure is enough for which medium (NIST SP 800-88).

Clear overwrites what the host can address; purge uses the device's own secure, block or cryptographic erase; destroy
makes the medium unusable. Flash moves data where overwriting does not reach: it needs purge or destroy. A medium
whose kind nobody knows is treated as flash, the prudent reading.
"""

from enum import StrEnum

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import StorageKind


class Level(StrEnum):
    """Sanitization level."""

    CLEAR = "clear"
    PURGE = "purge"
    DESTROY = "destroy"

    @property
    def label_fr(self) -> str:
        return _LEVEL_FR[self]


_LEVEL_FR = {
    Level.CLEAR: "Écrasement (clear)",
    Level.PURGE: "Effacement du disque par lui-même (purge)",
    Level.DESTROY: "Destruction (destroy)",
}


class ErasureResult(StrEnum):
    SUCCESS = "success"
    FAILURE = "failure"


class Storage(StrEnum):
    """What a category of device must say of its storage before it can be ready."""

    SOLDERED = "soldered"  # always has a memory: it must be declared and wiped
    USUAL = "usual"  # media must be declared, or somebody states that there is none
    UNUSUAL = "unusual"  # none by nature; what is declared all the same must be wiped


STORAGE: dict[Category, Storage] = {
    Category.SMARTPHONE: Storage.SOLDERED,
    Category.TABLET: Storage.SOLDERED,
    Category.LAPTOP: Storage.USUAL,
    Category.DESKTOP: Storage.USUAL,
    # A screen holds no data. Phones with keys and printers hold little (contacts, last pages) and offer no erasure
    # that could be proved: their reset, the SIM and the memory card are points of the test sheet, which must all
    # pass. A printer with a disk declares it like a computer.
    Category.MONITOR: Storage.UNUSUAL,
    Category.BASIC_PHONE: Storage.UNUSUAL,
    Category.PRINTER: Storage.UNUSUAL,
}
WITHOUT = [category for category, storage in STORAGE.items() if storage is Storage.UNUSUAL]
"""What arrives on the bench of the tests: there is nothing to wipe first."""
NOTHING_TO_WIPE = {
    Category.MONITOR: "Un écran ne garde pas de données.",
    Category.BASIC_PHONE: "Remise à zéro, carte SIM et carte mémoire contrôlées au test.",
    Category.PRINTER: "Pas de disque ; remise à zéro contrôlée au test.",
}


DISKS = {StorageKind.HDD, StorageKind.SSD, StorageKind.NVME}
_NO_PLACE = {Category.SMARTPHONE, Category.TABLET, Category.BASIC_PHONE, Category.MONITOR}


def has_place_for(category: Category, kind: StorageKind) -> bool:
    """Whether such a device may have such a medium put in: a tablet takes a memory card, and no disk."""
    return kind not in DISKS or category not in _NO_PLACE


def is_enough(kind: StorageKind, level: Level) -> bool:
    """Say whether a level wipes a kind of medium."""
    return level is not Level.CLEAR or kind is StorageKind.HDD
