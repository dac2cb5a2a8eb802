"""An audit as it is kept."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from filiere.inventories.facts import HardwareFacts


class Status(StrEnum):
    KEPT = "kept"
    ASKED = "asked"
    WITHDRAWN = "withdrawn"


class WithdrawnFor(StrEnum):
    """Why an audit is taken back: a closed list, for what people type names somebody sooner or later."""

    OTHER_MACHINE = "other_machine"
    WRONG = "wrong"
    BEFORE_REPAIR = "before_repair"
    MISTAKE = "mistake"

    @property
    def label_fr(self) -> str:
        return _FRENCH[self]


_FRENCH = {
    WithdrawnFor.OTHER_MACHINE: "C'est l'audit d'une autre machine",
    WithdrawnFor.WRONG: "Ce qu'il dit est faux ou incomplet",
    WithdrawnFor.BEFORE_REPAIR: "Il date d'avant une réparation",
    WithdrawnFor.MISTAKE: "Envoyé par erreur",
}


@dataclass(frozen=True, slots=True)
class Audit:
    """One inventory of a device, by somebody or by a tool's key."""

    id: UUID
    device_id: UUID
    sha256: str
    facts: HardwareFacts
    serial_matches: bool | None
    auditor: str
    audited_at: datetime
    file_hash: str | None = None
    status: Status = Status.KEPT
    gave_serial: bool = False
    reason: WithdrawnFor | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None


TOOLS = {
    "glpi-json": "GLPI",
    "glpi-xml": "GLPI ou FusionInventory",
    "ereuse": "eReuse Workbench",
    "bolc": "Emmaüs Connect (BOLC)",
    "tectech": "Emmaüs Connect (tec.tech)",
    "filiere": "audit de Filière",
}
"""What wrote a file, for people, where it is not the name of the tool itself."""
