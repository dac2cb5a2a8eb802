"""Does every text on screen have an English one? Three lines of test per service:

def test_every_text_has_an_english_translation() -> None:
    assert untranslated("collect") == []
"""

import ast
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from jinja2.ext import babel_extract

from filiere.web.i18n import WEB_LOCALES, read_catalogue

# Calls whose French text ends on the screen, and which argument holds it.
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "NavigationItem": (1,),
    "Bead": (1,),
    "Column": (2,),
    "Search": (2,),
    "Choice": (2,),
    "MailKind": (3,),
}

# The sentence of a DomainError class, and the name of a service.
TITLE = re.compile(r' {4}title(?:: \S+)? = "([^"]+)",?')

# A value that was filled in is written 7.
_SENTENCE = re.compile(r"[A-ZÀ-Ý«7].* .*[.?]|attend .*|n'existe pas .*", re.DOTALL)


def messages(folder: Path) -> dict[str, str]:
    """Message → first place it is used (file:line), of all templates and Python files under a folder."""
    found: dict[str, str] = {}
    for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.py")]):
        if path.suffix == ".html":
            with path.open("rb") as file:
                extracted = [
                    (line, message) for line, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext"), (), {})
                ]
        else:
            extracted = [(line, message) for line, message, _, _ in extract_from_file("python", path, KEYWORDS)]
            lines = enumerate(path.read_text().splitlines(), 1)
            extracted += [(line, title[1]) for line, text in lines if (title := TITLE.fullmatch(text))]
        for line, message in extracted:
            first = message[0] if isinstance(message, tuple) else message
            if isinstance(first, str) and first:
                found.setdefault(first, f"{path.relative_to(folder)}:{line}")
    return found


def untranslated(package: str) -> list[str]:
    """« place: text » of every French text of a package that has no English translation (its own or the kit's)."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    root = Path(spec.origin).parent
    if twice := _written_twice(root / "locales" / "en.po"):
        return [f"{twice} stand twice in en.po: the last one is shown"]
    known = {**read_catalogue(WEB_LOCALES / "en.po"), **read_catalogue(root / "locales" / "en.po")}
    return [f"{place}: {text}" for text, place in messages(root).items() if text not in known]


def _written_twice(catalogue: Path) -> list[str]:
    """Texts with two translations, as a merge of two branches may leave them."""
    texts = re.findall(r'^msgid "(.+)"$', catalogue.read_text(encoding="utf-8"), re.M)
    return [text for text, count in Counter(texts).items() if count > 1]


def sentences(path: Path) -> Iterator[str]:
    """The texts of a module that are sentences, with 7 for each value; SQL's `format('…%s…')` too; no docstring.

    They are what a rule or an error says; an English reader reads them by `Catalogue.told`.
    """
    tree = ast.parse(path.read_text())
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if id(node) in said or id(node) in inner:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if "format(" in text:
            for found in re.findall(r"format\(\s*'((?:[^']|'')+)'", text):
                yield found.replace("''", "'").replace("%s", "7")
        elif _SENTENCE.fullmatch(text) and re.search("[a-z]", text) and "SELECT" not in text:
            yield text.replace("{}", "7")
