"""What the pages of the till let people choose from."""

from collections.abc import Iterable
from typing import Protocol

from filiere.catalogue import Tier
from filiere.web import told

from distribute.till_journal.status import Means

MEANS = [one for one in Means if one is not Means.UNSAID]
PAID_TIERS = [tier for tier in reversed(Tier) if tier is not Tier.GIFT]


class Labelled(Protocol):
    """One of a closed list of words."""

    @property
    def value(self) -> str: ...
    @property
    def label_fr(self) -> str: ...


def labelled(ones: Iterable[Labelled]) -> dict[str, str]:
    """Value → its words with a capital, in the language of the page."""
    return {one.value: told(one.label_fr).capitalize() for one in ones}
