"""Open a fleet file whatever its encoding and delimiter, and read it row by row: memory does not grow with the file."""

import codecs
import csv
import hashlib
import io
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import BinaryIO

from filiere.inventories.reading import LOOKED_AT, looks_like_an_inventory
from filiere.sheets.reading import looks_like_a_workbook

from collect.eligibility.plain import plain
from collect.imports.guessing import guessed_titles
from collect.imports.headers import Layout, heading_of, layout_of, promise
from collect.imports.without_people import about_people, examples

CHUNK = 256 * 1024
BLOCK = 32 * 1024
"""Characters of the lines that are read at once."""
APART = "apart"
"""Said instead of an encoding: a workbook, an inventory or an archive of them, read by a process of its own only."""
DELIMITERS = (";", ",", "\t", "|")
LOOKED_INTO = 50
"""Rows under the header whose cells tell what a column is about."""
HEADER_WITHIN = 20
"""Rows in which the header is looked for: exports often begin with a title and a date."""
_SURELY_TITLES = 3
"""Fields named by a row that is one of titles, whatever stands below."""
MAX_COLUMNS = 300
MAX_RECORD = 256 * 1024
"""Characters of one row, its line breaks between quotes included: what a row may cost in memory."""
MAX_EMPTY = 100_000
"""Rows that hold nothing, in the whole file; a spreadsheet's export may end with a million of them."""
TOO_LONG = ["\0"]
"""Stands for a row with a cell longer than any device needs. U+0000 is dropped from every file: no other row is it."""
NO_LIST = (
    "Ce fichier n'est ni un tableur ni un texte, ou il est abîmé : "
    "enregistrez de nouveau votre liste en CSV ou en XLSX."
)
_OPEN_QUOTE = "La ligne {} n'est pas lisible : un guillemet y est sans doute resté ouvert."
_LONG_ROW = "La ligne {} contient une cellule trop longue pour décrire un équipement."
_NOTHING = ' \t\r\n\0"' + "".join(DELIMITERS)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# In a French list one of these is never far, and their bytes in one encoding are hardly ever letters of the other.
_ACCENTS = "éèêçÉ°"
_MOST_OF = 0.7
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1c\x1d\x1e\x1f"))
_MOST_CONTROLS = 0.05
_TELLS = 4096


class Unreadable(Exception):
    """Nothing in the file can be understood as a fleet; the message is a French sentence."""


class NoColumns(Unreadable):
    """It is a text, and none of its columns is known."""


Corrections = Mapping[str, Mapping[str, str]]
"""What a donor said of the columns of files: heading → name of a column → field, empty for one not to read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file ready to be read. `header_row` counts from 1, as a spreadsheet does; `sheet`: the one of a workbook.

    `heading`: the same for all files with these titles. `corrected`: whether somebody said what the columns are.
    """

    encoding: str
    delimiter: str
    header_row: int
    layout: Layout
    sheet: str | None = None
    heading: str = ""
    corrected: bool = False
    examples: tuple[list[str], ...] = ()


def fingerprint(file: BinaryIO) -> tuple[str, str]:
    """(SHA-256 of the content, encoding or APART), in one pass. Raises Unreadable for what is neither.

    Of the encodings in which any byte is a letter, the one in which a French text has its accents.
    """
    file.seek(0)
    start = file.read(LOOKED_AT)
    if start.startswith(b"%PDF"):
        raise Unreadable("C'est un PDF : déposez le tableur ou l'export dont il vient.")
    if looks_like_a_workbook(start) or looks_like_an_inventory(start):
        return _digest(file), APART
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), None) or _without_a_bom(start)
    if encoding is None and _is_no_text(start + file.read(_TELLS)):
        raise Unreadable(NO_LIST)
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8, is_cp1252, of_windows, of_dos = True, True, False, False
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        if is_cp1252:
            # The five bytes that cp1252 leaves undefined exist in latin-1.
            is_cp1252 = not any(byte in chunk for byte in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"))
        of_windows = of_windows or any(byte in chunk for byte in _ACCENTS.encode("cp1252"))
        of_dos = of_dos or any(byte in chunk for byte in _ACCENTS.encode("cp850"))
    if encoding is None and not is_utf8 and of_dos and not of_windows:
        encoding = "cp850"
    if encoding is None:
        encoding = "utf-8" if is_utf8 else "cp1252" if is_cp1252 else "latin-1"
    return digest.hexdigest(), encoding


def _without_a_bom(start: bytes) -> str | None:
    """UTF-16 that does not say so: every other byte of what Europe writes is nothing."""
    halves = {"utf-16-le": start[1::2], "utf-16-be": start[0::2]}
    return next((name for name, half in halves.items() if half and half.count(0) > _MOST_OF * len(half)), None)


def _is_no_text(start: bytes) -> bool:
    """Say whether it has more control characters than a slip would leave in a list."""
    return len(start.translate(None, _CONTROLS)) < len(start) * (1 - _MOST_CONTROLS)


def _digest(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def inspect(
    file: BinaryIO, encoding: str, delimiters: Sequence[str] = DELIMITERS, corrections: Corrections | None = None
) -> Source:
    """Find the delimiter and the header, and what each column is about. Raises Unreadable.

    The header: one whose columns somebody has corrected before, else that under which most of our columns appear. A
    list without any is read by what stands in its columns (`header_row` 0), and says so.
    """
    first = {delimiter: _some(_rows(file, encoding, delimiter), HEADER_WITHIN) for delimiter in delimiters}
    rows = [(delimiter, number, row[:MAX_COLUMNS]) for delimiter, found in first.items() for number, row in found]
    corrections = corrections or {}
    found = _known_before(rows, corrections) or _most_promising(rows, first) or _without_titles(first) or _table(first)
    if not any("".join(row).strip(_NOTHING + "\u00a0\ufeff") for _, _, row in rows):
        long = next((number for number, row in _rows(file, encoding, delimiters[0]) if row == TOO_LONG), None)
        raise Unreadable(_LONG_ROW.format(long) if long else "Le fichier est vide.")
    if found is None:
        raise NoColumns(
            "Aucune colonne n'est reconnue. Donnez un titre aux colonnes, par exemple : "
            "Type ; Marque ; Modèle ; N° de série ; Année ; RAM (Go)."
        )
    delimiter, number, headers = found
    if is_catalogue(headers):
        raise Unreadable(
            "C'est le catalogue des modèles de Snipe-IT, pas la liste du matériel : exportez « Matériels » (Assets)."
        )
    source = Source(encoding, delimiter, number, layout_of(headers), heading=heading_of(headers))
    under = (row for _, row in records(file, source) if row != TOO_LONG)
    return arranged(source, headers, list(islice(under, LOOKED_INTO)), corrections)


def arranged(source: Source, headers: Sequence[str], rows: Sequence[Sequence[str]], corrections: Corrections) -> Source:
    """The source with the columns as its first rows and what was said of them tell."""
    closed, chosen = about_people(source.layout, rows), corrections.get(source.heading)
    layout = layout_of(headers, chosen, closed)
    return replace(source, layout=layout, corrected=chosen is not None, examples=tuple(examples(layout, rows)))


_OF_A_CATALOGUE = {"fieldset", "requestable", "min qty", "eol", "model number", "depreciation"}
_OF_A_DEVICE = {"serial", "imei", "imei2", "asset_tag", "quantity"}


def is_catalogue(headers: Sequence[str]) -> bool:
    """Whether a list is Snipe-IT's of its models: three of that list's own titles, and nothing that a device has."""
    own = _OF_A_CATALOGUE & {plain(header) for header in headers}
    return len(own) >= 3 and _OF_A_DEVICE.isdisjoint(layout_of(headers).columns)


_Row = tuple[str, int, list[str]]
_FEWEST_COLUMNS, _FEWEST_ROWS, _MOST_ALIKE, _LONGEST_TITLE = 3, 3, 0.9, 60


def _known_before(rows: Sequence[_Row], corrections: Corrections) -> _Row | None:
    if not corrections:
        return None
    return next((row for row in rows if len(row[2]) > 1 and heading_of(row[2]) in corrections), None)


def _most_promising(rows: Sequence[_Row], first: Mapping[str, list[tuple[int, list[str]]]]) -> _Row | None:
    best: tuple[int, int, _Row] | None = None
    promising = [(*promise(row[2]), row) for row in rows]
    # The rows that name most fields come first, so that the others need not be looked at closely.
    for _, most, (delimiter, number, row) in sorted(promising, key=lambda one: -one[0]):
        if not most or (best is not None and (most, len(row)) <= best[:2]):
            continue
        layout = layout_of(row)
        rank = (layout.score, len(row))
        if layout.score and not _is_said_again(layout, number, first[delimiter]) and (best is None or rank > best[:2]):
            best = (*rank, (delimiter, number, row))
    return best[2] if best is not None else None


def _table(first: Mapping[str, list[tuple[int, list[str]]]]) -> _Row | None:
    """The titles of a table that says nothing to us."""
    tables = [(delimiter, titles_of_table(rows)) for delimiter, rows in first.items()]
    return next(((delimiter, *found) for delimiter, found in tables if found is not None), None)


def titles_of_table(rows: Sequence[tuple[int, list[str]]]) -> tuple[int, list[str]] | None:
    """(row number, titles) of what is a table, whatever its titles are: somebody says what each column holds.

    A table: nearly all rows have as many cells, and the first of them a word in each, no two alike. A letter is none.
    """
    full = [(number, row) for number, row in rows if any(cell.strip() for cell in row)]
    if len(full) < _FEWEST_ROWS:
        return None
    [(width, alike)] = Counter(len(row) for _, row in full).most_common(1)
    number, titles = next((number, row) for number, row in full if len(row) == width)
    words = {title.strip().casefold() for title in titles}
    are_titles = len(words) == width and all(word[:1].isalpha() and len(word) <= _LONGEST_TITLE for word in words)
    is_table = _FEWEST_COLUMNS <= width <= MAX_COLUMNS and alike >= _MOST_ALIKE * len(full)
    return (number, titles) if is_table and are_titles else None


def _without_titles(first: Mapping[str, list[tuple[int, list[str]]]]) -> _Row | None:
    """Titles that are guessed, above the first row."""
    guesses = [(delimiter, guessed_titles([row for _, row in rows])) for delimiter, rows in first.items()]
    return next(((delimiter, 0, titles) for delimiter, titles in guesses if titles is not None), None)


def _is_said_again(layout: Layout, number: int, rows: list[tuple[int, list[str]]]) -> bool:
    """Say whether the little that looks like titles (« SSD ») stands in the same columns of another row: a device."""
    return layout.score < _SURELY_TITLES and any(
        index < len(row) and row[index].strip() == layout.headers[index]
        for index in layout.columns.values()
        for other, row in rows
        if other != number
    )


def _swallows(cell: str, delimiter: str, width: int, cells: int) -> bool:
    """Say whether a cell of several lines holds rows: the quote that opened it was closed by one of a row far below.

    A remark may have lines, and delimiters in them, but hardly as many in each as the rows have.
    """
    whole = sum(line.count(delimiter) == width - 1 for line in cell.split("\n")[1:-1])
    return width > 1 and (whole > 1 or (cells != width and cell.count(delimiter) >= width - 1))


def records(file: BinaryIO, source: Source) -> Iterator[tuple[int, Sequence[str]]]:
    """(row number as a spreadsheet shows it, cells) of every row under the header that holds something.

    Raises Unreadable.
    """
    width = len(source.layout.headers)
    for number, row in _rows(file, source.encoding, source.delimiter):
        if number > source.header_row and (text := "".join(row)) and not text.isspace():
            if "\n" in text and any("\n" in one and _swallows(one, source.delimiter, width, len(row)) for one in row):
                raise Unreadable(_OPEN_QUOTE.format(number))
            yield number, row


def _rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number, empty ones too, TOO_LONG for what is; U+0000 is dropped. Raises Unreadable."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        lines, number, empty = _Lines(text), 0, 0
        for rows in _parsed(lines, delimiter):
            for index, row in enumerate(rows):
                number += 1
                if not any(row):
                    empty += 1
                    if empty > MAX_EMPTY:
                        if not any(map(any, rows[index:])) and lines.hold_nothing():
                            return
                        raise Unreadable(f"Le fichier a plus de {MAX_EMPTY} lignes vides : supprimez-les.")
                if number == 1 and row and row[0].lower().startswith("sep="):
                    continue  # Excel's own hint
                yield number, row
    finally:
        text.detach()  # the file belongs to the caller, who reads it again


def _parsed(lines: "_Lines", delimiter: str) -> Iterator[list[list[str]]]:
    """The rows of a text, many at once where every line is a row, others one by one. Raises Unreadable."""
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while block := lines.block():
        if (rows := _each_a_row(block, delimiter)) is not None:
            number += len(rows)
            yield rows
            continue
        lines.at_hand.extend(block)
        while lines.at_hand:
            number += 1
            lines.begin_record()
            try:
                row = next(reader)
            except csv.Error as error:
                if not lines.pass_over():
                    raise Unreadable(_OPEN_QUOTE.format(number)) from error
                row = TOO_LONG
            except _TooLong as error:
                if not lines.pass_over():
                    raise Unreadable(f"La ligne {number} est trop longue pour décrire un équipement.") from error
                row = TOO_LONG
            except StopIteration:
                return
            if lines.ended_within:
                raise Unreadable(_OPEN_QUOTE.format(number))
            yield [row]


def _each_a_row(block: list[str], delimiter: str) -> list[list[str]] | None:
    """As many rows as lines, none of which goes on in the next block; else None."""
    if len(block[-1]) > MAX_RECORD:
        return None
    try:
        rows = list(csv.reader([*block, "\n"], delimiter=delimiter))
    except csv.Error:
        return None
    # An empty row of its own comes of the last line, unless a quote before it is open.
    return rows[:-1] if len(rows) == len(block) + 1 else None


class _TooLong(Exception):
    pass


class _Lines:
    """The lines of a text, some at once; for the CSV reader one by one, as many as a quoted cell spans."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._left = MAX_RECORD
        self._taken, self._last = 0, ""
        self.at_hand: deque[str] = deque()
        """Lines of a block that the CSV reader takes one by one."""
        self.ended_within = False
        """Whether the file ended inside a row: the CSV reader asks for one more line between quotes only."""

    def block(self) -> list[str]:
        """The next lines; the last one may be the beginning of one that is too long. Empty at the end."""
        found: list[str] = []
        size = 0
        while size < BLOCK and (line := self._text.readline(MAX_RECORD + 1)):
            size += len(line)
            found.append(line.replace("\0", ""))
        return found

    def begin_record(self) -> None:
        self._left = MAX_RECORD
        self._taken = 0

    def pass_over(self) -> bool:
        """Leave the rest of a line too long to be kept; say whether it is a row by itself, no quote open in it."""
        line = self._last
        quotes = line.count('"')
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(CHUNK)
            quotes += line.count('"')
        self._last = ""
        return self._taken == 1 and quotes % 2 == 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.at_hand.popleft() if self.at_hand else self._text.readline(self._left + 1)
        if not line:
            self.ended_within = self._left < MAX_RECORD
            raise StopIteration
        self._left -= len(line)
        self._taken, self._last = self._taken + 1, line
        if self._left < 0:
            raise _TooLong
        return line.replace("\0", "")

    def hold_nothing(self) -> bool:
        """Whether the rest of the file has no cell."""
        while chunk := "".join(self.at_hand) or self._text.read(CHUNK):
            self.at_hand.clear()
            if chunk.strip(_NOTHING):
                return False
        return True


def _some(rows: Iterator[tuple[int, list[str]]], count: int) -> list[tuple[int, list[str]]]:
    """The first rows; a row that cannot be read under this delimiter ends them."""
    found: list[tuple[int, list[str]]] = []
    try:
        for row in rows:
            if row[1] != TOO_LONG:
                found.append(row)
            if len(found) == count:
                break
    except Unreadable:
        return found
    return found
