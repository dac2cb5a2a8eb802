"""Pages of a list in the API: a bounded limit and a place in, items and the total out."""

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from filiere.database import Found, Part

T = TypeVar("T")

DEFAULT_LIMIT = 50
MAX_LIMIT = 500
# Deep offsets make PostgreSQL read all that is skipped; whoever needs more goes on by `after`, or takes the CSV export.
MAX_OFFSET = 100_000
MAX_CURSOR = 1000


class Page(BaseModel, Generic[T]):
    """Part of a list. `total` counts the whole list under the same filters."""

    items: list[T]  # a Sequence would be written item by item in Python, half of the time of a page
    total: int = Field(ge=0)
    total_is_exact: bool = Field(True, description="False where a search finds more than `total`.")
    limit: int
    offset: int
    next: str | None = Field(None, description="`after` of the next page; null on the last one.")


class PageRequest(BaseModel):
    """Which part of a list is asked for."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0
    after: str = ""

    @property
    def part(self) -> Part:
        return Part(self.limit, self.offset, self.after)

    def of(self, items: Sequence[T], found: "Found[Any] | int") -> "Page[T]":
        """The page of these items; `found` is what they were made of, or the length of a list that has no cursors."""
        if isinstance(found, int):
            return Page(items=list(items), total=found, limit=self.limit, offset=self.offset)
        return Page(
            items=list(items),
            total=found.total,
            total_is_exact=found.is_exact,
            limit=self.limit,
            offset=self.offset,
            next=found.after or None,
        )


def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET)] = 0,
    after: Annotated[
        str, Query(max_length=MAX_CURSOR, description="`next` of the page before; instead of `offset`.")
    ] = "",
) -> PageRequest:
    return PageRequest(limit=limit, offset=offset, after=after)


Paging = Annotated[PageRequest, Depends(page_request)]
