"""Whether two names are one person's: asked wherever two people have to look, so it errs on the side of one."""

import unicodedata
from collections.abc import Iterable


def same_person(name: str) -> str:
    """A name as it is compared: case, accents, hyphens, spaces and how they are typed do not make another person."""
    return " ".join(_bare(_bare(name).casefold()).split())


def are_one_person(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two are one person, each known under these names (subject, name)."""
    return not {same_person(name) for name in one}.isdisjoint(same_person(name) for name in other)


def _bare(text: str) -> str:
    """Letters without their marks, hyphens as spaces, nothing that nobody sees."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(
        " " if unicodedata.category(one) == "Pd" else one
        for one in decomposed
        if not unicodedata.combining(one) and unicodedata.category(one) != "Cf"
    )
