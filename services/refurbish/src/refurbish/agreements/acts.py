"""What a workshop is paid for, as acts that its own records show."""

from enum import StrEnum


class Act(StrEnum):
    RECEIVE = "receive"
    ERASE = "erase"
    TEST = "test"
    REPAIR = "repair"
    READY = "ready"
    WITHDRAW = "withdraw"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    Act.RECEIVE: "Réception d'un équipement",
    Act.ERASE: "Effacement de tous ses supports",
    Act.TEST: "Tests complets",
    Act.REPAIR: "Réparation",
    Act.READY: "Équipement déclaré prêt",
    Act.WITHDRAW: "Équipement retiré (pièces ou recyclage)",
}
