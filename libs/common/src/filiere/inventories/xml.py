"""XML without its dangers, as a tree of dicts: bounded in depth and number, no entity is ever expanded."""

from typing import Any
from xml.parsers import expat

from filiere.inventories.values import Unreadable

MAX_ELEMENTS = 200_000
MAX_DEPTH = 12


class _Refused(Exception):
    pass


def read_xml(raw: bytes) -> dict[str, Any]:
    """A tree of dicts with names in lower case; repeated elements become lists, leaves are texts.

    A DOCTYPE is refused before anything of it is read: no entity is ever expanded, no file or address ever opened.
    Raises Unreadable.
    """
    root: dict[str, Any] = {}
    stack: list[dict[str, Any]] = [root]
    names: list[str] = []
    texts: list[list[str]] = [[]]
    seen = 0

    def refuse(*_: object) -> None:
        raise _Refused("Ce fichier XML contient une déclaration DOCTYPE : elle est refusée.")

    def start(name: str, _: object) -> None:
        nonlocal seen
        seen += 1
        if seen > MAX_ELEMENTS or len(names) >= MAX_DEPTH:
            raise _Refused("Ce fichier XML est trop grand ou trop profond pour un inventaire.")
        names.append(name.lower())
        stack.append({})
        texts.append([])

    def end(_: str) -> None:
        name, node, text = names.pop(), stack.pop(), "".join(texts.pop()).strip()
        value: Any = node or text
        parent = stack[-1]
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    parser = expat.ParserCreate()
    parser.buffer_text = True  # one call for a text, not one for each of its lines
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: texts[-1].append(text)
    try:
        parser.Parse(raw, True)
    except _Refused as error:
        raise Unreadable(str(error)) from error
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable("Le XML n'est pas lisible.") from error
    document: Any = next(iter(root.values()), {})
    return document if isinstance(document, dict) else {}
