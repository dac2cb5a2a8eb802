"""Data tables of pages: filters, sort, columns and page number live in the address; the template draws the rest.

DEVICES = Table(
    columns=(Column("label", "Étiquette", sortable=True), Column("weight", "Poids", is_number=True)),
    filters=(Search("q", "Chercher"), Choice("statut", "Statut", {"ready": "Prêt"})),
    default_sort="-label",
)
view = DEVICES.read(request)          # view.q, view["statut"], view.order, view.part
view.fill(rows, found)                # found: `Found`; then {% call(row, column) ui.data_table(view, caption=…) %}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from filiere.database import Found, Part
from filiere.web.bounded_types import bounded_count
from filiere.web.kept_columns import SEPARATOR, cookie_of, keep

PER_PAGE = 50
MAX_PAGE = 2000
EVERY_COLUMN = "colonnes"
"""In the address of a sheet: whatever is shown on the page."""


@dataclass(frozen=True)
class Column:
    """`key` is what the template is called with and what `tri` holds; labels are French source texts."""

    key: str
    label: str
    sortable: bool = False
    is_number: bool = False
    is_hidden: bool = False  # until chosen in the column chooser
    sheet: Sequence[str] | None = None  # headings of its columns in the sheet; None: one, its label


@dataclass(frozen=True)
class Search:
    """A free-text filter."""

    name: str
    label: str
    placeholder: str = ""


@dataclass(frozen=True)
class Choice:
    """A filter with known values: value → label. Anything else in the address is ignored."""

    name: str
    label: str
    options: Mapping[str, str]
    everything: str = "Tous"


@dataclass(frozen=True)
class Table:
    columns: Sequence[Column]
    filters: Sequence[Search | Choice] = ()
    default_sort: str = ""
    per_page: int = PER_PAGE
    name: str = ""  # under which a person's columns are kept; else that of the route
    # Headings that its sheet has whatever is shown: what names a row, and what reading it again needs.
    # None: the sheet knows nothing of the columns shown.
    always: Sequence[str] | None = None

    def read(self, request: Request) -> "TableView":
        """What the address asks for; unknown sorts, columns and values are ignored, never passed on to SQL."""
        asked = request.query_params
        values: dict[str, str] = {}
        for item in self.filters:
            value = asked.get(item.name, "").strip()
            if isinstance(item, Search):
                values[item.name] = value[:200]
            else:
                values[item.name] = value if value in item.options else ""
        sortable = {column.key for column in self.columns if column.sortable}
        sort = asked.get("tri", self.default_sort)
        if sort.lstrip("-") not in sortable:
            sort = self.default_sort
        number = asked.get("page", "1")
        cookie = cookie_of(request, self.name)
        if "col" in asked:
            chosen = self._known(asked.getlist("col"))
            keep(request, cookie, chosen)
        else:
            chosen = self._known(request.cookies.get(cookie, "").split(SEPARATOR))
        return TableView(
            table=self,
            values=values,
            sort=sort.lstrip("-"),
            descending=sort.startswith("-"),
            page=bounded_count(number, 1, MAX_PAGE),
            chosen=[] if asked.get(EVERY_COLUMN) else chosen,
            after=asked.get("apres", ""),
            before=asked.get("avant", ""),
        )

    def _known(self, keys: Sequence[str]) -> list[str]:
        """Those of its columns; none when they are what is shown to who chose nothing."""
        chosen = [column.key for column in self.columns if column.key in keys]
        return [] if chosen == self.usual else chosen

    @property
    def usual(self) -> list[str]:
        return [column.key for column in self.columns if not column.is_hidden]

    @property
    def every(self) -> list[str]:
        return [column.key for column in self.columns]


@dataclass
class TableView:
    """One reading of a table: what is asked, then the rows that answer it.

    `view["statut"]` is a filter's value, or "" when it is not set.
    """

    table: Table
    values: Mapping[str, str]
    sort: str
    descending: bool
    page: int
    chosen: Sequence[str] = ()
    after: str = ""
    before: str = ""
    rows: Sequence[Any] = field(default_factory=tuple)
    total: int = 0
    is_exact: bool = True
    next: str = ""
    previous: str = ""

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def q(self) -> str:
        return self.values.get("q", "")

    @property
    def limit(self) -> int:
        return self.table.per_page

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.table.per_page

    @property
    def part(self) -> Part:
        """Where the page is: by key when a link led here, else by its number."""
        return Part(self.limit, self.offset, self.after, self.before)

    @property
    def order(self) -> str:
        return ("-" if self.descending else "") + self.sort

    def fill(self, rows: Sequence[Any], found: Found[Any] | int) -> "TableView":
        """The rows; `found` is what they were made of, or the length of a list that has no cursors."""
        self.rows = rows
        if isinstance(found, int):
            self.total = found
        else:
            self.total, self.is_exact, self.next, self.previous = found.total, found.is_exact, found.after, found.before
        return self

    @property
    def columns(self) -> list[Column]:
        """The columns to show: the chosen ones, else all that are not hidden at first."""
        if self.chosen:
            return [column for column in self.table.columns if column.key in self.chosen]
        return [column for column in self.table.columns if not column.is_hidden]

    def places(self, header: Sequence[str]) -> list[int] | None:
        """Where the columns shown stand in a sheet's header; None for all of it, as for who chose none."""
        if not self.chosen or self.table.always is None:
            return None
        shown = {heading for column in self.columns for heading in column.sheet or (column.label,)}
        return [place for place, heading in enumerate(header) if heading in shown or heading in self.table.always]

    @property
    def is_filtered(self) -> bool:
        return any(self.values.values())

    @property
    def pages(self) -> int:
        """How many there are at least."""
        return max(1, -(-self.total // self.table.per_page))

    @property
    def has_next(self) -> bool:
        return bool(self.next) or self.page < self.pages

    def sort_link(self, column: Column) -> str:
        """Value of `tri` that a click on the header asks for: this column, then the other way round."""
        return f"-{column.key}" if self.sort == column.key and not self.descending else column.key

    def aria_sort(self, column: Column) -> str:
        if self.sort != column.key:
            return "none"
        return "descending" if self.descending else "ascending"

    @property
    def kept(self) -> dict[str, str]:
        """What the filter form keeps besides its own fields."""
        return {"tri": ("-" if self.descending else "") + self.sort} if self.sort else {}
