"""The one road along which counts are divided, and its words. Pure.

Of each step the first words are those told least: where a sum of few would tell, the first of them is told with it.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum

from filiere.catalogue import Category, Tier
from filiere.geography import LocalityClass

from distribute.publics import public_label, publics
from distribute.topups.status import OfferKind


class Counted(StrEnum):
    """What is counted, each apart."""

    DEVICES = "devices"
    TOPUPS = "topups"
    ORDERED = "ordered"

    @property
    def label_fr(self) -> str:
        return _COUNTED_FR[self]


class Step(StrEnum):
    """A step of the road, in its order."""

    LOCALITY = "locality"
    PUBLIC = "public"
    ITEM = "item"
    TIER = "tier"

    @property
    def label_fr(self) -> str:
        return _STEP_FR[self]


_COUNTED_FR = {
    Counted.DEVICES: "Équipements remis",
    Counted.TOPUPS: "Recharges remises",
    Counted.ORDERED: "Équipements commandés",
}
_STEP_FR = {Step.LOCALITY: "Commune", Step.PUBLIC: "Public", Step.ITEM: "Nature", Step.TIER: "Palier"}
NOT_SAID = ""
_LOCALITIES = (
    *(LocalityClass.VILLE_MOYENNE, LocalityClass.PETITE_VILLE),
    *(LocalityClass.METROPOLE, LocalityClass.RURAL),
)
_TIERS = (NOT_SAID, *reversed(Tier))


def road(counted: Counted, with_relais: Collection[str]) -> Sequence[Sequence[str]]:
    """All words of each step; of localities those that have Relais: nobody is served elsewhere, as everybody knows."""
    items = [one.value for one in (OfferKind if counted is Counted.TOPUPS else reversed(Category))]
    return ([one for one in _LOCALITIES if one in with_relais], [NOT_SAID, *publics()], items, list(_TIERS))


def words(counted: Counted) -> Mapping[Step, Mapping[str, str]]:
    """Each word as people read it, in the order in which they look for it."""
    kinds: Mapping[str, str] = (
        {one.value: one.label_fr for one in OfferKind}
        if counted is Counted.TOPUPS
        else {one.value: one.label_fr for one in Category}
    )
    return {
        Step.LOCALITY: {one.value: one.label_fr for one in LocalityClass},
        Step.PUBLIC: {one: public_label(one) for one in publics()} | {NOT_SAID: "Public non dit, ou plusieurs"},
        Step.ITEM: kinds,
        Step.TIER: {one.value: one.label_fr for one in Tier} | {NOT_SAID: "Palier non dit"},
    }
