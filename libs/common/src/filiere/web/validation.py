"""pydantic's errors in French, one sentence per field, for problem documents and beside form fields."""

from collections.abc import Iterable, Mapping
from typing import Any

from filiere.web.errors import FieldError
from filiere.web.i18n import gettext

# pydantic's stable error types (https://docs.pydantic.dev/latest/errors/validation_errors/); {…} comes from its `ctx`.
SENTENCES = {
    "missing": "Ce champ est obligatoire.",
    "string_type": "Écrivez du texte.",
    "string_too_short": "Écrivez au moins {min_length} caractères.",
    "string_too_long": "Écrivez au plus {max_length} caractères.",
    "string_pattern_mismatch": "Ce format n'est pas reconnu.",
    "int_parsing": "Écrivez un nombre entier.",
    "int_parsing_size": "Ce nombre est trop grand.",
    "int_type": "Écrivez un nombre entier.",
    "int_from_float": "Écrivez un nombre entier.",
    "float_parsing": "Écrivez un nombre.",
    "float_type": "Écrivez un nombre.",
    "decimal_parsing": "Écrivez un nombre.",
    "bool_parsing": "Répondez par oui ou par non.",
    "bool_type": "Répondez par oui ou par non.",
    "greater_than": "Écrivez un nombre plus grand que {gt}.",
    "greater_than_equal": "Écrivez un nombre d'au moins {ge}.",
    "less_than": "Écrivez un nombre plus petit que {lt}.",
    "less_than_equal": "Écrivez un nombre d'au plus {le}.",
    "enum": "Choisissez une des valeurs proposées.",
    "literal_error": "Choisissez une des valeurs proposées.",
    "uuid_parsing": "Cet identifiant n'est pas valide.",
    "uuid_type": "Cet identifiant n'est pas valide.",
    "date_parsing": "Écrivez une date, par exemple 2026-11-03.",
    "date_from_datetime_parsing": "Écrivez une date, par exemple 2026-11-03.",
    "date_type": "Écrivez une date, par exemple 2026-11-03.",
    "datetime_parsing": "Écrivez une date et une heure.",
    "datetime_from_date_parsing": "Écrivez une date et une heure.",
    "timezone_aware": "Indiquez le fuseau horaire.",
    "list_type": "Une liste est attendue.",
    "dict_type": "Un objet est attendu.",
    "model_type": "Un objet est attendu.",
    "model_attributes_type": "Un objet est attendu.",
    "too_short": "Il en faut au moins {min_length}.",
    "too_long": "Il en faut au plus {max_length}.",
    "extra_forbidden": "Ce champ n'existe pas.",
    "json_invalid": "Le JSON n'est pas lisible.",
}
FALLBACK = "Cette valeur n'est pas valide."
PLACES = ("body", "query", "path", "header", "cookie")


def sentence(error: Mapping[str, Any]) -> str:
    """One pydantic error in French. A validator's own ValueError is written by us and speaks for itself."""
    if error["type"] in ("value_error", "assertion_error"):
        return str(error.get("ctx", {}).get("error", FALLBACK)) or FALLBACK
    kind = error["type"]
    if kind in ("too_short", "too_long") and isinstance(error.get("input"), str):
        kind = f"string_{kind}"  # so pydantic calls it where a validator stands before the bounds of a text
    try:
        return gettext(SENTENCES.get(kind, FALLBACK)).format(**_plain(error.get("ctx", {})))
    except (KeyError, IndexError):
        return FALLBACK


def _plain(bounds: Mapping[str, Any]) -> dict[str, Any]:
    """Bounds as people write them: 4096, not 4096.0."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value for name, value in bounds.items()
    }


def field_errors(errors: Iterable[Mapping[str, Any]]) -> tuple[FieldError, ...]:
    """Errors with dotted field paths; the place (body, query, …) is left out when a field is named."""
    found = []
    for error in errors:
        path = [str(part) for part in error["loc"]]
        if len(path) > 1 and path[0] in PLACES:
            path = path[1:]
        found.append(FieldError(".".join(path), sentence(error)))
    return tuple(found)
