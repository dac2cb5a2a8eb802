"""Why rows were not accepted, as what a number counts."""

from filiere.web import gettext, ngettext

from collect.eligibility.judge import RULES


def counted(rule: str, n: int) -> str:
    """What the number of rows that a rule stopped counts, without the number: « catégories non acceptées »."""
    said = {
        "category": ngettext("catégorie non acceptée", "catégories non acceptées", n),
        "year": ngettext("année impossible", "années impossibles", n),
        "age": ngettext("trop ancien", "trop anciens", n),
        "memory": ngettext("mémoire insuffisante", "mémoires insuffisantes", n),
        "storage": ngettext("stockage insuffisant", "stockages insuffisants", n),
        "already-declared": ngettext("déjà déclaré", "déjà déclarés", n),
        "coordinator": ngettext("écarté par la coordination", "écartés par la coordination", n),
        "missing-category": ngettext("catégorie manquante", "catégories manquantes", n),
        "unknown-category": ngettext("catégorie inconnue", "catégories inconnues", n),
        "bad-quantity": ngettext("quantité illisible", "quantités illisibles", n),
        "shifted-row": ngettext("ligne décalée", "lignes décalées", n),
        "total-row": ngettext("ligne de total", "lignes de total", n),
        "long-cell": ngettext("cellule trop longue", "cellules trop longues", n),
        "unreadable-inventory": ngettext("inventaire illisible", "inventaires illisibles", n),
    }
    return said.get(rule) or gettext(RULES.get(rule, rule)).lower()
