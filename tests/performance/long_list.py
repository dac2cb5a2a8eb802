"""A list of 100,000 devices: how soon it is answered, how fast it is read beside a bare COPY of the same rows, and the
memory of whoever has a part in it.

In turns, so that a machine that is busy for a while is so for both.
"""

import statistics
import time
from typing import Any, NamedTuple

import asyncpg
from collect.eligibility.columns import LINE_COLUMNS

from tests.performance.large import Ground, ground, read_to_the_end, send
from tests.performance.memory import Memory, watched
from tests.performance.say import say

ROWS, TIMES = 100_000, 3
HEADER = "Type;Marque;Modèle;N° de série;N° inventaire;Année;RAM;Stockage;Utilisateur;Lieu\n"
MODELS = (
    ("Portable", "HP", "EliteBook 840 G5"),
    ("PC portable", "Dell", "Latitude 5490"),
    ("Écran", "Dell", "P2214H"),
    ("Ordinateur de bureau", "Lenovo", "ThinkCentre M720q"),
    ("Smartphone", "Samsung", "Galaxy A52"),
)
_COLUMNS = f"donor_id, import_id, {LINE_COLUMNS}"


class Turn(NamedTuple):
    """Seconds: to the first answer, until all rows are there, of a bare COPY of these rows."""

    answered: float
    read: float
    copied: float

    @property
    def ratio(self) -> float:
        """Rows a second, ours of the bare COPY's."""
        return self.copied / self.read


def long_list(number: int, rows: int = ROWS) -> bytes:
    """A fleet as an export has it, each device its user's, different from every other list."""
    lines = (
        f"{';'.join(MODELS[n % 5])};S{number}{n:07d}X;INV-{number}{n:06d};{2018 + n % 7};8;256;"
        f"prenom{n}.nom;Bâtiment {n % 7}\n"
        for n in range(rows)
    )
    return (HEADER + "".join(lines)).encode()


async def turn(there: Ground, connection: "asyncpg.Connection[Any]", number: int, count: int = ROWS) -> Turn:
    content = long_list(number, count)
    began = time.perf_counter()
    sent = await send(there, content)
    answered = time.perf_counter() - began
    told = await read_to_the_end(there, sent["import_id"])
    read = time.perf_counter() - began
    assert told["rows"] == count, told
    await connection.execute("CREATE TABLE IF NOT EXISTS bare_row (LIKE import_row INCLUDING ALL)")
    rows = await connection.fetch(f"SELECT {_COLUMNS} FROM import_row WHERE import_id = $1", sent["import_id"])
    records = [tuple(row) for row in rows]
    began = time.perf_counter()
    await connection.copy_records_to_table("bare_row", records=records, columns=_COLUMNS.split(", "))
    return Turn(answered, read, time.perf_counter() - began)


async def measure() -> dict[str, float]:
    """Figures by name; what they are stands in docs/capacity.md."""
    async with ground() as there:
        connection = await asyncpg.connect(there.stack.databases["collect"])
        try:
            async with watched(there.pids) as memory:
                turns = [await turn(there, connection, number) for number in range(TIMES)]
        finally:
            await connection.close()
    return told(turns, memory)


def told(turns: list[Turn], memory: dict[str, Memory]) -> dict[str, float]:
    say(f"a list of {ROWS} rows, {TIMES} times:")
    for one in turns:
        say(
            f"  first answer {one.answered:.2f} s, read in {one.read:.1f} s ({ROWS / one.read:.0f} rows/s), "
            f"bare COPY {one.copied:.2f} s ({ROWS / one.copied:.0f} rows/s): {one.ratio:.2f}"
        )
    for part in ("collect-api", "collect-worker"):
        say(f"  {part}: {memory[part]}")
    return {
        "long_list_first_answer_s": statistics.median(one.answered for one in turns),
        "long_list_of_copy": statistics.median(one.ratio for one in turns),
        "long_list_worker_mb": memory["collect-worker"].most,
        "long_list_reader_mb": memory["collect-worker"].helper,
    }
