"""Whose rows a query may read.

EVERYBODY                # no limit
Scope((one, other))      # of these organisations; an empty one matches nothing

WHERE = "($1::uuid[] IS NULL OR donor_id = ANY($1))"     # a query: `scope.ids` is its parameter
wanted = scope.where("donor_id")                         # the first filter of a list
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from filiere.database.listing import Where


@dataclass(frozen=True, slots=True, init=False)
class Scope:
    """Everybody's rows (`ids` is None), or those of these organisations."""

    ids: tuple[UUID, ...] | None

    def __init__(self, ids: Iterable[UUID] | None) -> None:
        object.__setattr__(self, "ids", None if ids is None else tuple(sorted(ids)))

    @property
    def is_everybody(self) -> bool:
        return self.ids is None

    def includes(self, organisation_id: UUID) -> bool:
        """The same for what is at hand already."""
        return self.ids is None or organisation_id in self.ids

    def where(self, column: str) -> Where:
        """The first filter of a list, none at all for everybody: PostgreSQL plans the plain question."""
        return Where() if self.ids is None else Where(f"{column} = ANY({{}}::uuid[])", self.ids)


EVERYBODY = Scope(None)
