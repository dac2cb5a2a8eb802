"""A form of lines that was open while somebody else, or the same person in another tab, wrote to them."""

import hashlib
from collections.abc import Mapping
from typing import Any

from filiere.catalogue import Category
from filiere.web import Form
from filiere.web import gettext as _

Values = Mapping[str, str]


def shown_mark(values: Values) -> str:
    """What a form shows of a line, in short: it comes back with the form, in a hidden field."""
    text = "\x1f".join(f"{name}={_flat(value)}" for name, value in sorted(values.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_meanwhile(form: Form[Any], n: int, given: Values, first: Values, now: Values | None) -> bool:
    """Whether line `n` is not to be written: the person did not change it, or its line is no more what they saw.

    The latter is said beside the line, once: sent again, what is typed replaces what is `now` there, unless the person
    leaves that. `first`: what is typed, with the first of several serials. A form without the mark is written as it is.
    """
    shown = form.values.get(f"shown-{n}")
    removed = bool(form.values.get(f"remove-{n}"))
    if shown is None or (first == now and not removed):
        return False
    if form.values.get(f"theirs-{n}"):
        return True
    there = shown_mark(now) if now is not None else ""
    if shown == there:
        return removed or bool(shown and shown == shown_mark(given))
    if not removed and shown and shown == shown_mark(given):
        return True
    if now is None and removed:
        return True
    form.errors[f"line-{n}"] = _said(now)
    form.values = {**form.values, f"shown-{n}": there}
    return True


def _said(now: Values | None) -> str:
    if now is None:
        return _("Cette ligne a été retirée entre-temps. Enregistrez de nouveau pour la remettre telle qu'écrite ici.")
    shown = dict(now)
    if category := shown.pop("category", ""):
        shown = {"category": _(Category(category).label_fr), **shown}
    return _(
        "Cette ligne a été changée entre-temps, elle dit : %(now)s. Enregistrez de nouveau pour la remplacer par ce qui"
        " est écrit ici."
    ) % {"now": ", ".join(value for value in shown.values() if value)}


def _flat(value: str) -> str:
    """As a browser sends a field of one line back."""
    return value.replace("\r", "").replace("\n", "").strip()
