"""What the cart's page sends."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue import Tier
from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from distribute.handovers.schemas import (
    MOST_AT_ONCE,
    Bracket,
    CartDeviceIn,
    Cents,
    CheckoutIn,
    Defects,
)
from distribute.handovers.status import Criterion, HandoverKind
from distribute.publics import Public
from distribute.recipient_alias import Local
from distribute.till_journal.status import Means
from distribute.typed_euros import cents_of

Euros = Annotated[Cents, BeforeValidator(cents_of)]


class CartForm(BaseModel):
    """The cart as it is sent; fields of the page that mean nothing here are left alone."""

    id: UUID
    e: list[Annotated[str, StringConstraints(max_length=200)]] = Field(min_length=1, max_length=MOST_AT_ONCE)
    tier: Tier
    means: Means = Means.UNSAID
    structure_cents: Euros = 0
    structure_means: Means | None = None
    person_alias: Local | None = None
    public: Public | None = None
    criterion: Criterion | None = None
    bracket: Bracket | None = None
    seen_by: Local | None = None
    declared_defects: Defects | None = None
    slip: Annotated[str, StringConstraints(max_length=300)] | None = None

    def unsaid(self) -> dict[str, str]:
        """What is missing once a criterion is named, by field: who saw the paper, and its bracket where it has one.

        The paper itself goes back to the person.
        """
        missing = {}
        if self.criterion is not None and self.seen_by is None:
            missing["seen_by"] = "Dites qui a vu le justificatif : vos initiales ou votre fonction."
        if self.criterion in (Criterion.FAMILY_QUOTIENT, Criterion.LEFT_TO_LIVE) and self.bracket is None:
            missing["bracket"] = "Écrivez la tranche que vous avez lue, par exemple « 500-700 »."
        return missing

    def asked(self) -> CheckoutIn:
        """The checkout that is asked for: without a price a gift, and then nobody pays."""
        said = self.model_dump(exclude={"e", "declared_defects"})
        if self.tier is Tier.GIFT:
            said |= {"means": Means.UNSAID, "structure_cents": 0, "structure_means": None}
        kind = HandoverKind.GIVEN if self.tier is Tier.GIFT else HandoverKind.SOLD
        devices = [CartDeviceIn(label=label, declared_defects=self.declared_defects) for label in self.e]
        return CheckoutIn(devices=devices, kind=kind, **said)
