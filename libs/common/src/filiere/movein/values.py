"""What stands in a cell, as a value; what cannot be read is said, never guessed."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from filiere.calendar import today
from filiere.catalogue import Category, Grade, Tier
from filiere.catalogue.grades import Battery, Cosmetic, StorageKind
from filiere.catalogue.recognition import word_category
from filiere.catalogue.statuses import ShownStatus
from filiere.movein.wire import FIRST_DAY


class Unread(ValueError):
    """The message is a French sentence."""


_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d/%m/%y", "%d-%m-%Y", "%d.%m.%Y")
_STATUSES: Mapping[str, ShownStatus] = {
    **dict.fromkeys(("a traiter", "to_process", "en attente", "recu"), ShownStatus.TO_PROCESS),
    **dict.fromkeys(("en cours", "en cours de traitement", "en reconditionnement"), ShownStatus.IN_PROCESS),
    **dict.fromkeys(("non reemployable", "hs", "hors service", "rebut"), ShownStatus.NOT_REUSABLE),
    **dict.fromkeys(
        ("pret", "pret a commander", "pret a vendre", "a entrer dans salesforce", "disponible"),
        ShownStatus.READY_TO_ORDER,
    ),
    **dict.fromkeys(("en livraison", "en cours de livraison", "expedie"), ShownStatus.BEING_DELIVERED),
    **dict.fromkeys(("au relais", "pret a distribuer", "livre"), ShownStatus.READY_TO_HAND_OVER),
    **dict.fromkeys(("distribue", "remis", "vendu", "donne"), ShownStatus.HANDED_OVER),
    "sav": ShownStatus.AFTER_SALES,
}
_BATTERIES = {
    "bonne": Battery.GOOD, "good": Battery.GOOD, "moyenne": Battery.FAIR, "fair": Battery.FAIR, "usee": Battery.WORN,
    "worn": Battery.WORN, "sans": Battery.NONE, "none": Battery.NONE,
}  # fmt: skip
_TIERS = {
    **dict.fromkeys(("", "don", "donne", "gift", "gratuit"), Tier.GIFT),
    **dict.fromkeys(("tres solidaire", "very_solidary"), Tier.VERY_SOLIDARY),
    **dict.fromkeys(("solidaire", "solidary", "vendu"), Tier.SOLIDARY),
}


@lru_cache(10_000)
def plain(text: str) -> str:
    """In lower case, without accents, underscores as spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(letters.replace("_", " ").lower().split())


@lru_cache(10_000)
def day(text: str) -> date | None:
    """Raises Unread, also for a day that has not come or that no network of ours saw."""
    if not text:
        return None
    first = text.split("T")[0].split(" ")[0]
    for pattern in _DAYS:
        try:
            found = datetime.strptime(first, pattern).date()  # noqa: DTZ007 - a day, of no zone
        except ValueError:
            continue
        if not FIRST_DAY <= found <= today():
            raise Unread(f"Le {found:%d/%m/%Y} est à venir, ou d'avant {FIRST_DAY.year}.")
        return found
    raise Unread(f"« {text[:40]} » n'est pas un jour : écrivez jj/mm/aaaa.")


def needed_day(text: str) -> date:
    found = day(text)
    if found is None:
        raise Unread("Il manque une date.")
    return found


def yes(text: str) -> bool:
    return plain(text) in ("oui", "o", "vrai", "x", "1", "yes", "true", "ok")


@lru_cache(1_000)
def category(text: str) -> Category:
    try:
        found = Category(text)
    except ValueError:
        known = word_category(text.replace("_", " "))
        if known is None:
            raise Unread(f"« {text[:40]} » n'est pas une catégorie connue.") from None
        found = known
    return found


def status(text: str) -> ShownStatus:
    found = _STATUSES.get(plain(text))
    if found is None:
        raise Unread(f"« {text[:40]} » n'est pas un statut connu.")
    return found


def grade(text: str) -> Grade | None:
    if not text:
        return None
    try:
        return Grade(text.upper())
    except ValueError:
        raise Unread(f"« {text[:40]} » n'est pas une catégorie de performance (PREMIUM, A, B, C, D).") from None


def cosmetic(text: str) -> Cosmetic | None:
    return Cosmetic(text.upper()) if text.upper() in set(Cosmetic) else None


def battery(text: str) -> Battery:
    return _BATTERIES.get(plain(text), Battery.UNMEASURED)


def kind(text: str) -> StorageKind:
    word = plain(text)
    return next((one for one in StorageKind if one.value == word and one is not StorageKind.NONE), StorageKind.UNKNOWN)


def tier(text: str) -> Tier:
    word = plain(text)
    if word not in _TIERS:
        raise Unread(f"« {text[:40]} » n'est pas un palier : don, très solidaire ou solidaire.")
    return _TIERS[word]


def cents(text: str) -> int:
    """Raises Unread."""
    return round(_number(text.replace("€", "")) * 100)


def number(text: str) -> float | None:
    return _number(text) if text else None


def whole(text: str) -> int | None:
    return int(_number(text)) if text else None


def _number(text: str) -> float:
    bare = "".join(text.split()).replace(",", ".").lower().removesuffix("go")
    if not bare:
        return 0.0
    try:
        found = float(bare)
    except ValueError:
        raise Unread(f"« {text[:40]} » n'est pas un nombre.") from None
    if not 0 <= found <= 1_000_000:
        raise Unread(f"« {text[:40]} » n'est pas une quantité possible.")
    return found
