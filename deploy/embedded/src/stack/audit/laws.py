"""What must hold inside one service, as a query for the rows that break it and a sentence for each of them."""

from typing import NamedTuple


class Law(NamedTuple):
    """`rows`: those that break it, the first thing first; `sentence`: of one, with its columns."""

    service: str
    rows: str
    sentence: str
