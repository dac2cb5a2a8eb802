"""The three axes on which a device is graded, kept apart: performance, cosmetic, battery. And what stores its data."""

from enum import StrEnum


class Grade(StrEnum):
    """Performance category, the word of the labels and of the price list. Best first; see `rank`."""

    PREMIUM = "PREMIUM"
    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def rank(self) -> int:
        """0 for PREMIUM, 4 for D: a greater rank is a weaker device."""
        return _RANK[self]

    def at_least(self, minimum: "Grade") -> bool:
        """Say whether a device of this grade satisfies an order that asks for `minimum`."""
        return self.rank <= minimum.rank

    @property
    def label_fr(self) -> str:
        """Name in a sentence: "catégorie B"."""
        return "catégorie Premium" if self is Grade.PREMIUM else f"catégorie {self.value}"


_RANK = {grade: rank for rank, grade in enumerate(Grade)}


class Cosmetic(StrEnum):
    """Outer state as an eye sees it at arm's length; never moves the performance grade by itself."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def label_fr(self) -> str:
        return _COSMETIC_FR[self]


_COSMETIC_FR = {
    Cosmetic.A: "Très bon aspect, traces à peine visibles",
    Cosmetic.B: "Bon aspect, légères rayures",
    Cosmetic.C: "Aspect correct, rayures et marques visibles",
    Cosmetic.D: "Aspect marqué : chocs, coque abîmée, sans gêne pour l'usage",
}


class Battery(StrEnum):
    """State of the battery, from the share of its first capacity it still holds."""

    GOOD = "good"
    FAIR = "fair"
    WORN = "worn"
    UNMEASURED = "unmeasured"
    NONE = "none"

    @property
    def label_fr(self) -> str:
        return _BATTERY_FR[self]


_BATTERY_FR = {
    Battery.GOOD: "Bonne batterie (80 % ou plus de sa capacité)",
    Battery.FAIR: "Batterie moyenne (de 65 à 80 %)",
    Battery.WORN: "Batterie usée (moins de 65 %), à remplacer",
    Battery.UNMEASURED: "Batterie non mesurée",
    Battery.NONE: "Sans batterie",
}
# 80 % is the bar in common use in the trade; 65 % is where a published retail grid stops selling (shop.digital4b.fr).
_GOOD_FROM, _FAIR_FROM = 80, 65


def battery_state(percent: float | None, *, has_battery: bool = True) -> Battery:
    """Return the battery axis from a residual capacity in percent, None when nobody measured it."""
    if not has_battery:
        return Battery.NONE
    if percent is None:
        return Battery.UNMEASURED
    if percent >= _GOOD_FROM:
        return Battery.GOOD
    return Battery.FAIR if percent >= _FAIR_FROM else Battery.WORN


class StorageKind(StrEnum):
    """What holds the data of a device."""

    HDD = "hdd"
    SSD = "ssd"
    NVME = "nvme"
    EMMC = "emmc"
    UNKNOWN = "unknown"
    NONE = "none"

    @property
    def is_flash(self) -> bool:
        """Flash cannot be cleared by overwriting (NIST SP 800-88); unknown media are not presumed to be flash."""
        return self in {StorageKind.SSD, StorageKind.NVME, StorageKind.EMMC}

    @property
    def label_fr(self) -> str:
        return _STORAGE_FR[self]


_STORAGE_FR = {
    StorageKind.HDD: "Disque dur",
    StorageKind.SSD: "SSD",
    StorageKind.NVME: "SSD NVMe",
    StorageKind.EMMC: "Mémoire eMMC",
    StorageKind.UNKNOWN: "Support de type inconnu",
    StorageKind.NONE: "Aucun support",
}
