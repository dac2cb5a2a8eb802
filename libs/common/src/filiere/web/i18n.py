"""French is the source, English a catalogue: `locales/en.po` beside each package, read at start (no compiled file).

The language of a request: `?lang=`, else the cookie, else `Accept-Language`, else French. The API speaks French only.
"""

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path

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
    """English texts of one app: the kit's own and the service's."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._texts: dict[str, Message] = {}
        for folder in folders:
            self._texts.update(read_catalogue(folder / "en.po"))

    def gettext(self, message: str) -> str:
        found = self._texts.get(message)
        return found[0] if isinstance(found, tuple) else found or message

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        found = self._texts.get(singular)
        if isinstance(found, tuple):
            return found[0] if count == 1 else found[-1]
        return singular if count == 1 else plural


@cache
def read_catalogue(path: Path) -> Mapping[str, Message]:
    """Message → translation (a tuple for plurals) of a .po file; empty when there is no such file."""
    if not path.is_file():
        return {}
    texts: dict[str, Message] = {}
    with path.open("rb") as file:
        for message in read_po(file, locale="en"):
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


def speak(language: str, catalogue: Catalogue) -> None:
    """Set the language of the current task, for templates and formatters."""
    _catalogue.set(catalogue if language == "en" else None)


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
    return typographic(message) if catalogue is None else catalogue.gettext(message)


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
