"""What somebody had typed, written into the form of a page that is shown again (`stale_forms`)."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from filiere.web.forms import Form
from filiere.web.i18n import gettext

TYPED = "filiere.typed"
"""Where a request keeps it: field → text, or texts."""


def fill_in(request: Request, context: Mapping[str, Any]) -> str:
    """Write what was typed into the form of a page; the sentence for a page without a form, else nothing."""
    typed: Mapping[str, str | list[str]] | None = request.scope.get(TYPED)
    if typed is None:
        return ""
    said, form = gettext("La page était ouverte depuis longtemps : vérifiez et renvoyez."), context.get("form")
    if not isinstance(form, Form):
        return said
    form.values = {**form.values, **typed}
    form.errors.setdefault("", said)
    return ""
