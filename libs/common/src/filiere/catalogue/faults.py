"""What a Relais says is wrong with a device that was handed over: a closed list, so that nobody writes about a person.

Events of distribute carry it to the workshops.
"""

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
    def is_covered(self) -> bool:
        """Whether the guarantee covers it: the receipt names what it does not."""
        return self not in (Fault.BATTERY, Fault.SYSTEM, Fault.DROPPED)

    @property
    def is_defect(self) -> bool:
        """Whether it is a defect of the work: what the guarantee does not cover is none, nor is a recall."""
        return self.is_covered and self is not Fault.RECALLED


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
