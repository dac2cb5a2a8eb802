"""French is the source, English a catalogue: `locales/en.po` beside each package, read at start (no compiled file).

A sentence that was filled in and stored in French (a refusal of a rule, with its figures) is translated by the entry
that it was made from: see `told`.

The language of a request: `?lang=`, else the cookie, else `Accept-Language`, else French. The API speaks French only.

The kit says « vous ». On the pages of a service whose people say « tu » its sentences are those of `locales/fr_tu.po`.
"""

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection

LANGUAGES = ("fr", "en")
DEFAULT = "fr"
COOKIE = "filiere_lang"
WEB_LOCALES = Path(__file__).parent / "locales"

CLOSING = re.compile(r" (?=[?!:;%€»])")
OPENING = re.compile(r"(?<=«) ")

Message = str | tuple[str, ...]


class Catalogue:
    """English texts of one app: the kit's own and the service's. `familiar`: its French says « tu »."""

    def __init__(self, folders: Iterable[Path], *, familiar: bool = False) -> None:
        self._texts: dict[str, Message] = {}
        for folder in folders:
            self._texts.update(read_catalogue(folder / "en.po"))
        self._filled = Filled(self._texts)
        self.familiar = Familiar(read_catalogue(WEB_LOCALES / "fr_tu.po")) if familiar else None

    def gettext(self, message: str) -> str:
        found = self._texts.get(message)
        return found[0] if isinstance(found, tuple) else found or message

    def told(self, sentence: str) -> str:
        """A filled-in sentence: by the entry that says just it, else by the one that it was made from."""
        if (found := self._texts.get(sentence)) is not None:
            return found[0] if isinstance(found, tuple) else found
        return self._filled.told(sentence)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        found = self._texts.get(singular)
        if isinstance(found, tuple):
            return found[0] if count == 1 else found[-1]
        return singular if count == 1 else plural


_PLACE = re.compile(r"%\((\w+)\)[sd]|%%")
_COUNTED = re.compile(r"(\d[\d\s]*) (.+)")
_LONGEST_TOLD = 600
_FEWEST_LETTERS = 6  # of an entry beside what is filled in; fewer would be found everywhere


class _Entry(NamedTuple):
    """A text with places to fill, as a pattern. `letters`: how much of it is fixed."""

    letters: int
    pattern: re.Pattern[str]
    translation: str


class Filled:
    """The way back from a filled-in French sentence to its entry, and from there to English."""

    def __init__(self, texts: Mapping[str, Message]) -> None:
        self._texts = texts
        self._by_beginning: dict[str, list[_Entry]] = {}
        for french, english in texts.items():
            if isinstance(english, str) and _PLACE.search(french):
                self._add(french, english)
        for entries in self._by_beginning.values():
            entries.sort(key=lambda entry: -entry.letters)
        self._known = lru_cache(4096)(self._translated)

    def told(self, sentence: str) -> str:
        return self._known(sentence) if len(sentence) <= _LONGEST_TOLD else sentence

    def _add(self, french: str, english: str) -> None:
        parts, end, seen = [], 0, set()
        for place in _PLACE.finditer(french):
            parts.append(re.escape(french[end : place.start()]))
            name = place[1]
            inside = r"\d+" if name == "year" else ".+?"  # « ordinateur de bureau de 2007 »: the last « de » counts
            parts.append("%" if name is None else f"(?P={name})" if name in seen else f"(?P<{name}>{inside})")
            seen.add(name)
            end = place.end()
        parts.append(re.escape(french[end:]))
        letters = len(_PLACE.sub("", french).strip(" .:,;«»"))
        if letters >= _FEWEST_LETTERS:
            entry = _Entry(letters, re.compile("".join(parts), re.DOTALL), english)
            self._by_beginning.setdefault(_PLACE.split(french)[0][:4], []).append(entry)

    def _translated(self, sentence: str) -> str:
        """The entry with the most fixed letters of those that begin alike; its values are told too."""
        if (known := self._texts.get(sentence)) is not None:
            return known[0] if isinstance(known, tuple) else known
        found = [entry for length in range(5) for entry in self._by_beginning.get(sentence[:length], ())]
        for entry in sorted(found, key=lambda one: -one.letters):
            if match := entry.pattern.fullmatch(sentence):
                return entry.translation % {name: self._value(name, said) for name, said in match.groupdict().items()}
        if (counted := _COUNTED.fullmatch(sentence)) and counted[2] in self._texts:
            return f"{counted[1]} {self._translated(counted[2])}"
        return sentence

    def _value(self, name: str, text: str) -> str:
        """A word, a sentence inside the sentence, or a list of such; what somebody wrote stays as it was written."""
        if name.startswith("written"):
            return text
        whole = self.told(text)
        return whole if whole != text else ", ".join(self.told(part) for part in text.split(", "))


class Familiar:
    """What the kit says with « vous », said with « tu »."""

    def __init__(self, texts: Mapping[str, Message]) -> None:
        self._texts = {formal: said for formal, said in texts.items() if isinstance(said, str)}
        self._filled = Filled(self._texts)

    def gettext(self, message: str) -> str:
        return self._texts.get(message, message)

    def told(self, sentence: str) -> str:
        return self._filled.told(sentence)


@cache
def catalogue_of(root: Path, *, familiar: bool = False) -> Catalogue:
    """The texts of the service whose package is `root`, and the library's; a tenth of a second, once in a process."""
    return Catalogue([WEB_LOCALES, root / "locales"], familiar=familiar)


@cache
def read_catalogue(path: Path) -> Mapping[str, Message]:
    """Message → translation (a tuple for plurals) of a .po file; empty when there is no such file."""
    if not path.is_file():
        return {}
    texts: dict[str, Message] = {}
    with path.open("rb") as file:
        for message in read_po(file, locale=path.stem[:2]):
            if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string:
                texts[message.id] = message.string
            elif (
                isinstance(message.id, tuple | list)
                and isinstance(message.string, tuple | list)
                and all(message.string)
            ):
                texts[message.id[0]] = tuple(message.string)
    return texts


# None: French, nothing to look up.
_catalogue: ContextVar[Catalogue | None] = ContextVar("catalogue", default=None)
# None: French with « vous ».
_familiar: ContextVar[Familiar | None] = ContextVar("familiar", default=None)


def speak(language: str, catalogue: Catalogue, *, to_people: bool = True) -> None:
    """Set the language of the current task, for templates and formatters. What a machine reads says « vous »."""
    _catalogue.set(catalogue if language == "en" else None)
    _familiar.set(catalogue.familiar if language == "fr" and to_people else None)


def language() -> str:
    return "fr" if _catalogue.get() is None else "en"


def locale() -> Locale:
    """For dates and numbers: French of France, English of the United Kingdom (day before month)."""
    return _locale("fr_FR" if _catalogue.get() is None else "en_GB")


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@lru_cache(4096)
def typographic(text: str) -> str:
    """French spacing: what belongs together stays on one line (« 71 % », « Est-ce juste ? »)."""
    return CLOSING.sub("\u00a0", OPENING.sub("\u00a0", text))


def gettext(message: str) -> str:
    """The message in the language of the current task."""
    catalogue = _catalogue.get()
    if catalogue is not None:
        return catalogue.gettext(message)
    familiar = _familiar.get()
    return typographic(message if familiar is None else familiar.gettext(message))


def told(sentence: str) -> str:
    """A sentence from the database or another service, filled in already, in the language of the current task.

    Labels are told too; what people typed is no entry of the catalogue, and stays as they typed it.
    """
    catalogue = _catalogue.get()
    if catalogue is not None:
        return catalogue.told(sentence)
    familiar = _familiar.get()
    return typographic(sentence if familiar is None else familiar.told(sentence))


def ngettext(singular: str, plural: str, count: int) -> str:
    """French counts 0 and 1 as singular; English only 1."""
    catalogue = _catalogue.get()
    if catalogue is None:
        return typographic(singular if abs(count) < 2 else plural)
    return catalogue.ngettext(singular, plural, count)


def language_of(connection: HTTPConnection) -> str:
    """Which of LANGUAGES to answer in."""
    for asked in (connection.query_params.get("lang"), connection.cookies.get(COOKIE)):
        if asked in LANGUAGES:
            return asked
    for part in connection.headers.get("accept-language", "").split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return DEFAULT
