"""Devices leave a Relais for a while. Never for whom, nor for which place."""

from typing import Any, ClassVar, Literal
from uuid import UUID

from filiere.events import Event, event
from pydantic import Field

from distribute.loans.status import LoanKind, LoanOutcome

TOPIC = "distribute.devices"
_EXAMPLE: dict[str, Any] = {
    "occurred_at": "2026-11-23T10:12:00Z",
    "device_id": "0193a1b2-0000-7000-8000-00000000d001",
    "relais_id": "0193a1b2-0000-7000-8000-000000000048",
    "territory": "48",
}


class _OfALoan(Event):
    device_id: UUID = Field(description="The device.")
    relais_id: UUID = Field(description="The Relais that it belongs to.")
    territory: str = Field(description="Département of the Relais, such as 48 or 2A.")


@event(topic=TOPIC, name="device-lent", version=1, key="device_id")
class DeviceLent(_OfALoan):
    """The device is out: carried on the street, or lent to a place. It is still promised to the order it came for."""

    kind: LoanKind = Field(description="What it left for.")
    example: ClassVar[dict[str, Any]] = {**_EXAMPLE, "kind": "street"}


@event(topic=TOPIC, name="device-loan-ended", version=1, key="device_id")
class DeviceLoanEnded(_OfALoan):
    """The device is not lent any more. What is lost says so itself (device-lost, while_lent)."""

    outcome: Literal[LoanOutcome.RETURNED, LoanOutcome.GIVEN] = Field(
        description="returned: its Relais has it again, or it is brought back to be wiped, which follows. given: its"
        " handover follows."
    )
    example: ClassVar[dict[str, Any]] = {**_EXAMPLE, "outcome": "returned"}
