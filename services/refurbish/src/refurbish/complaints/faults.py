"""What a Relais says is wrong with a device that was handed over: distribute's closed list."""

from enum import StrEnum


class Fault(StrEnum):
    """What does not work."""

    POWER = "power"
    SCREEN = "screen"
    KEYBOARD = "keyboard"
    STORAGE = "storage"
    SOUND = "sound"
    NETWORK = "network"
    BATTERY = "battery"
    SYSTEM = "system"
    DROPPED = "dropped"
    RECALLED = "recalled"
    OTHER = "other"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]

    @property
    def counts(self) -> bool:
        """Whether it is a defect of the work: what the guarantee does not cover is none, nor is a recall."""
        return self not in (Fault.BATTERY, Fault.SYSTEM, Fault.DROPPED, Fault.RECALLED)


def fault_of(word: str, *, is_recall: bool) -> Fault:
    """A fault as distribute says it; a word that is newer than this release is something else."""
    if is_recall:
        return Fault.RECALLED
    return Fault(word) if word in {one.value for one in Fault} else Fault.OTHER


_FRENCH = {
    Fault.POWER: "Il ne s'allume plus",
    Fault.SCREEN: "L'écran",
    Fault.KEYBOARD: "Le clavier, la souris ou le tactile",
    Fault.STORAGE: "Il perd ce qu'on y garde",
    Fault.SOUND: "Le son, le micro ou la caméra",
    Fault.NETWORK: "Le wifi ou le réseau",
    Fault.BATTERY: "La batterie",
    Fault.SYSTEM: "Un programme, un réglage ou un mot de passe",
    Fault.DROPPED: "Il est tombé ou mouillé",
    Fault.RECALLED: "Rappelé par la coordination",
    Fault.OTHER: "Autre chose",
}
