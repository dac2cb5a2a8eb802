"""From a kept letter to the message that is sent: the same letter gives the same bytes, whenever and by whom.

A template is plain text. Its first line is the subject; paragraphs stand apart by an empty line, and lines that begin
with `- ` are a list. What is filled in stays on its line, so it can neither begin a paragraph nor a header.

A letter speaks French; to a reader whose language is English it speaks English where its template has an English twin:
`accepted.txt`, `accepted.en.txt`. There `|tr` says in English what was kept in French (a reason, a category).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from filiere.compiled_templates import CompiledTemplates
from filiere.mail.kinds import MailKind
from filiere.mail.repository import Claimed

TEMPLATES = Path(__file__).parent / "templates"
# Addresses of the web's pages for readers; the worker knows no routes (a test compares them).
CHOICES = "/courriels/choix/{reader_id}"
STOP = "/courriels/arret/{reader_id}/{kind}"
# Addresses in headers are longer than a usual line, and no mail program reads them cut or encoded.
_POLICY = SMTP.clone(max_line_length=990)
Translate = Callable[[str], str]
Sign = Callable[[str, UUID], str]
"""What stands in the address of a link of this purpose and id."""
Paragraph = list[tuple[bool, str]]
"""Its lines: (whether it is an item of a list, its text)."""
_APART = re.compile(r"\n\s*\n")
# A worker that is forked from a process which made a composer of its service compiles nothing.
_FRAMES = CompiledTemplates()


@cache
def _compiled(english: Translate | None) -> CompiledTemplates:
    """Those whose filters speak so."""
    return CompiledTemplates()


def _as_it_is(text: str) -> str:
    return text


class Composer:
    """Writes the messages of one service: `root` is its package's folder."""

    def __init__(
        self,
        root: Path,
        kinds: Sequence[MailKind],
        public_url: str,
        sender: str,
        sign: Sign,
        english: Translate = _as_it_is,
    ) -> None:
        """`english`: says in English a French text of the service or of the library, whole or filled in."""
        self._sign = sign
        self._english = english
        self.kinds = {kind.name: kind for kind in kinds}
        self._url = public_url.rstrip("/")
        self._sender = sender
        self._texts = _texts(root)
        self._english_texts = _texts(root, english)
        twins = {kind.template: english_twin(kind.template) for kind in kinds}
        self._bilingual = {one for one, twin in twins.items() if (root / twin).exists() or (TEMPLATES / twin).exists()}
        self._frame = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, bytecode_cache=_FRAMES
        )
        # Compiled here: the first letter of a kind held the worker's loop for 30 ms.
        for kind in kinds:
            self._texts.get_template(kind.template)
            if kind.template in self._bilingual:
                self._english_texts.get_template(english_twin(kind.template))
        for name in self._frame.list_templates(extensions=["html"]):
            self._frame.get_template(name)

    def compose(self, letter: Claimed) -> EmailMessage:
        """The message. Raises KeyError for a kind that this release does not know."""
        kind = self.kinds[letter.kind]
        is_english = letter.language == "en" and kind.template in self._bilingual
        if is_english:
            subject, paragraphs = _said(self._english_texts, english_twin(kind.template), letter.data)
        else:
            subject, paragraphs = _said(self._texts, kind.template, letter.data)
        link = self._url + self._page(kind, letter.page) if letter.page else ""
        choices = self._url + CHOICES.format(reader_id=letter.reader_id) if kind.can_be_off else ""
        words = {
            "paragraphs": paragraphs,
            "link": link,
            "choices": choices,
            "subject": subject,
            "button": self._english(kind.button) if is_english else kind.button,
            "lang": "en" if is_english else "fr",
            "_": self._english if is_english else _as_it_is,
        }
        message = EmailMessage(policy=_POLICY)
        message["Subject"] = subject
        message["From"] = self._sender
        message["To"] = letter.address
        message["Date"] = format_datetime(letter.created_at)
        message["Message-ID"] = message_id(letter.id, self._url)
        message["Auto-Submitted"] = "auto-generated"
        if kind.can_be_off:
            stop = self._url + STOP.format(reader_id=letter.reader_id, kind=kind.name)
            message["List-Unsubscribe"] = f"<{stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(self._frame.get_template("letter.txt").render(words), cte="quoted-printable")
        message.add_alternative(
            self._frame.get_template("letter.html").render(words), subtype="html", cte="quoted-printable"
        )
        message.set_boundary(f"=_{letter.id.hex}")  # else a random one at each attempt
        return message

    def _page(self, kind: MailKind, page: str) -> str:
        if not kind.opens:
            return page
        address, _, link_id = page.rpartition("/")
        return f"{address}/{self._sign(kind.opens, UUID(link_id))}"


def message_id(mail_id: UUID, url: str) -> str:
    """The same at each attempt: a server or a reader that has it already may know it again."""
    return f"<{mail_id}@{urlsplit(url).hostname or 'filiere.invalid'}>"


def said(root: Path, kind: MailKind, data: Mapping[str, Any]) -> tuple[str, Sequence[Paragraph]]:
    """The subject and the paragraphs of a letter of the service whose folder is `root`, to show before it is sent."""
    return _said(_texts(root), kind.template, data)


def english_twin(template: str) -> str:
    """« news/templates/accepted.txt » → « news/templates/accepted.en.txt »."""
    return template.removesuffix(".txt") + ".en.txt"


def _said(texts: Environment, template: str, data: Mapping[str, Any]) -> tuple[str, Sequence[Paragraph]]:
    subject, _, body = texts.get_template(template).render(data).strip().partition("\n")
    return str(_on_one_line(subject)), [_lines(part) for part in _APART.split(body.strip())]


def _texts(root: Path, english: Translate | None = None) -> Environment:
    """The service's templates, with filters that speak French or English."""
    made = _environment([root, TEMPLATES], finalize=_on_one_line, bytecode_cache=_compiled(english))
    if english is not None:
        made.filters.update(day=day_in_english, number=number_in_english, tr=english)
    return made


def _environment(folders: Sequence[Path], **options: Any) -> Environment:
    # Plain text: escaped where it becomes HTML.
    made = Environment(  # noqa: S701
        loader=FileSystemLoader(folders), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options
    )
    made.filters.update(day=day, number=number, tr=_as_it_is)
    return made


def _lines(paragraph: str) -> Paragraph:
    """Each line of a paragraph; lines that go on are joined."""
    found: list[tuple[bool, str]] = []
    for line in paragraph.splitlines():
        if line.startswith("- "):
            found.append((True, line[2:].strip()))
        elif found:
            is_item, before = found.pop()
            found.append((is_item, f"{before} {line.strip()}"))
        else:
            found.append((False, line.strip()))
    return found


def _on_one_line(value: Any) -> Any:
    return " ".join(value.splitlines()) if isinstance(value, str) else value


def day(value: str) -> str:
    """« mardi 3 novembre 2026 », from an ISO day or moment."""
    return format_date(_date(value), "EEEE d MMMM y", locale="fr_FR").replace(" 1 ", " 1er ", 1)


def day_in_english(value: str) -> str:
    """“Tuesday 3 November 2026”."""
    return format_date(_date(value), "EEEE d MMMM y", locale="en_GB")


def _date(value: str) -> date:
    return datetime.fromisoformat(value).date() if "T" in value else date.fromisoformat(value)


def number(value: float) -> str:
    """« 1 940 »."""
    return format_decimal(value, format="#,##0", locale="fr_FR")


def number_in_english(value: float) -> str:
    """“1,940”."""
    return format_decimal(value, format="#,##0", locale="en_GB")


# The names of days and months are read from files, 40 ms: not while a worker's loop waits.
for _spoken in ("fr_FR", "en_GB"):
    format_date(date(2026, 1, 1), "EEEE d MMMM y", locale=_spoken)
    format_decimal(1, locale=_spoken)
