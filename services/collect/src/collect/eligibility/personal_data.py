"""People's names and numbers in cells that should only describe a device: taken out before anything is kept.

« Latitude 5490 de Jean Exemple », « PC-JEXEMPLE », « 06 00 00 00 00 ». The columns about people say whom to look for;
a name after « de » is taken for one without them.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from filiere.catalogue.categories import words_of as category_words
from filiere.catalogue.contacts import TELEPHONE
from filiere.catalogue.device_models import manufacturers
from filiere.catalogue.recognition import model_words
from filiere.identifiers import is_sim_number

from collect.eligibility.plain import plain, words_in

_WHOSE = re.compile(r"\s*\b(?:de|d['’]|du|pour|à|chez)\s*(?P<who>(?:[A-ZÀ-Þ][\w'’.-]*\s*){1,3})$")
_LEFT_OVER = re.compile(r"(?:\s*(?:\b(?:de|d|du|pour|à|chez)\b|['’(),;:/_-]))+\s*$|^[\s,;:/_-]+")
SHORTEST_NAME = 3
SHORTEST_IN_TAG = 4
_SHORTEST_TELEPHONE = 10
_BEGINS_A_TELEPHONE = ("0", "+", " ")
# An e-mail address, « EXEMPLE\zvautrin », with spaces around the sign or not.
_REACHED_AT = re.compile(r"[^\s;,|/<>()]* *[@\\] *[^\s;,|/<>()]*")
_SIM = re.compile(r"(?<![^\W_])89(?:[ .-]?\d){17,18}(?![^\W_])")
_SHORTEST_SIM = 19
_PARTS = re.compile(r"[\W_]+")
# The same in a cell of words: « i5-8250U @ 1.60GHz » is a processor, « Dell\\Latitude » a maker and its model.
_MAIL_IN_WORDS = re.compile(r"[^\s;,|/<>()]* ?[@＠﹫] ?[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?!\w)")
_LOGIN_IN_WORDS = re.compile(r"[^\s;,|/<>()\\＼﹨]*[\\＼﹨]+[^\s;,|/<>()]+")
_TELEPHONE_IN_WORDS = re.compile(r"(?<!\w)(?:(?:\+33|0033|0)[1-9]\d{8}|\+[1-9]\d{0,2}(?:[ .()-]{0,2}\d){7,12})(?!\w)")
_REACHES = frozenset("@＠﹫\\＼﹨")
_AROUND = " ;,|/<>():"
_LONGEST_NUMBER = 1000
_TELEPHONE_ALONE = re.compile(rf"(?<!\S)(?:{TELEPHONE.pattern})(?!\S)")


def names_in(about_people: Sequence[str]) -> frozenset[str]:
    """The words of a row's cells about people, which are not kept, without those that name equipment."""
    return _names_in(tuple(about_people)) if any(about_people) else frozenset()


@lru_cache(maxsize=256)  # each row is looked at twice
def _names_in(about_people: Sequence[str]) -> frozenset[str]:
    words = [word for cell in about_people for word in words_in(login(cell)[:200]) if len(word) >= SHORTEST_NAME]
    return frozenset(words) - known_words()


def login(cell: str) -> str:
    r"""What names somebody of « EXEMPLE\zvautrin »: the domain is everybody's, and begins inventory numbers too."""
    return cell.rpartition("\\")[2]


@lru_cache(maxsize=256)
def is_personal(tag: str, names: frozenset[str]) -> bool:
    """Say whether an inventory number is a person's own: made of a name, or a telephone."""
    if len(tag) >= _SHORTEST_TELEPHONE and TELEPHONE.search(tag):
        return True
    if not names:
        return False
    written = "".join(words_in(tag))
    return any(len(name) >= SHORTEST_IN_TAG and name in written for name in names)


def number_of_a_thing(text: str) -> str:
    """A serial, an IMEI or an inventory number without what reaches somebody: an e-mail address, a login of a domain,
    the number of a SIM card. What holds none of them stays as it was written.
    """
    if len(text) < _SHORTEST_SIM and text.isalnum():
        return text
    # As `normalise_serial` will read it: « ＠ » is « @ » then, and what cannot be printed is nothing.
    read = unicodedata.normalize("NFKC", text[:_LONGEST_NUMBER])
    read = "".join(c if c.isprintable() else " " if c.isspace() else "" for c in read)
    found = _REACHED_AT.sub(" ", read) if "@" in read or "\\" in read else read
    if len(found) >= _SHORTEST_SIM and "89" in found:
        found = _SIM.sub(_unless_no_sim, found)
    return text if found == read else " ".join(found.split()).strip(_AROUND)


def serial_of_a_thing(serial: str, names: frozenset[str]) -> str:
    """The same of a serial, without telephones, and without words for people: a name in letters alone, since three
    letters of a maker's number are soon somebody's."""
    found = number_of_a_thing(serial)
    if " " in found.strip():
        found = " ".join(_TELEPHONE_ALONE.sub(" ", found).split()) if TELEPHONE.search(found) else found
    if not names or not any(_in_letters(part, names) for part in _PARTS.split(found)):
        return found
    return " ".join(word for word in found.split() if not any(_in_letters(one, names) for one in _PARTS.split(word)))


def _in_letters(word: str, names: frozenset[str]) -> bool:
    return word.isalpha() and is_personal(word, names)


def is_telephone(number: str) -> bool:
    """Say whether a number is where somebody can be called, and nothing else."""
    return number[:1] in _BEGINS_A_TELEPHONE and TELEPHONE.fullmatch(number.strip()) is not None


def without_persons(text: str, names: frozenset[str]) -> str:
    """A text without these names, what reaches somebody (an e-mail address, a login of a domain, a telephone, a SIM
    card), and « de Prénom Nom » at its end.
    """
    return _without(text, frozenset() if names.isdisjoint(words_of(text)) else names)


@lru_cache(maxsize=8192)  # a fleet has thousands of people, whom dozens of models do not name
def words_of(text: str) -> frozenset[str]:
    """Its words, to compare with names."""
    return frozenset(plain(text).split())


@lru_cache(maxsize=8192)
def _without(text: str, names: frozenset[str]) -> str:
    found = text
    if not _REACHES.isdisjoint(found):
        found = _LOGIN_IN_WORDS.sub(_unless_known, _MAIL_IN_WORDS.sub(" ", found))
    found = _TELEPHONE_IN_WORDS.sub(" ", TELEPHONE.sub(" ", found))
    if len(found) >= _SHORTEST_SIM and "89" in found:
        found = _SIM.sub(_unless_no_sim, found)
    if names:
        found = " ".join(word for word in found.split() if not names & set(plain(word).split()))
    whose = _WHOSE.search(found)
    if whose and not set(plain(whose["who"]).split()) & known_words():
        found = found[: whose.start()]
    if found == text:
        return text
    return _LEFT_OVER.sub("", " ".join(found.split())).strip()


def _unless_known(login: re.Match[str]) -> str:
    return login[0] if known_words().issuperset(plain(login[0]).split()) else " "


def _unless_no_sim(number: re.Match[str]) -> str:
    return " " if is_sim_number(re.sub(r"\D", "", number[0])) else number[0]


@cache
def known_words() -> frozenset[str]:
    """Words that name equipment, its makers and models: « PC de Bureau » is nobody's, nor is « salle HP »."""
    makers = [word for shown, others in manufacturers().spellings.items() for word in (shown, *others)]
    models = [word for words in model_words().words.values() for word in words]
    written = [word for words in category_words().values() for word in words]
    return frozenset(token for word in (*written, *makers, *models) for token in plain(word).split())
