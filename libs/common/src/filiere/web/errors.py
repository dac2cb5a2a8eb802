"""Errors that carry a status and a sentence for people: problem+json on the API, a page on the pages.

Rules raise these; only the edge knows HTTP. A subclass names what happened and builds its own sentence from typed
arguments:

    class DonationNotFound(NotFound):
        def __init__(self, donation_id: UUID) -> None:
            super().__init__(f"Le don {donation_id} n'existe pas, ou n'est pas le vôtre.")
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

PROBLEM_PREFIX = "urn:filiere:problem:"
MOST_ERRORS = 100  # told in one answer; how many more there are is said


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field of a request; `field` is a dotted path (`lines.3.quantity`)."""

    field: str
    message_fr: str


class DomainError(Exception):
    """Base of every expected refusal.

    `title` is the same for every occurrence of the class (RFC 9457 §3.1.3); `detail` tells this one. Both are French
    sentences fit for the screen. `extensions` go into the problem document as they are and must be JSON-safe.
    """

    status_code: ClassVar[int] = 400
    title: ClassVar[str] = "Cette action n'est pas possible."
    headers: ClassVar[Mapping[str, str]] = {}

    def __init__(self, detail: str | None = None, *, errors: Sequence[FieldError] = (), **extensions: Any) -> None:
        self.detail = detail
        self.errors = tuple(errors)
        self.extensions = extensions
        super().__init__(detail or self.title)

    @classmethod
    def slug(cls) -> str:
        """`DonationNotFound` → `donation-not-found`, the stable last part of the problem type."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def sentence(self) -> str:
        """What a person reads: the detail when there is one, else the title."""
        return self.detail or self.title


class NotFound(DomainError):
    """Also for another organisation's object: its existence is none of the caller's business."""

    status_code = 404
    title = "Cette page ou cet objet n'existe pas."


class Conflict(DomainError):
    """The object's present state forbids it; reading it again tells why."""

    status_code = 409
    title = "L'état actuel ne le permet pas."


class Unprocessable(DomainError):
    """Well-formed, but a rule refuses it."""

    status_code = 422
    title = "La demande contient une erreur."


class Forbidden(DomainError):
    """Known caller, wrong role."""

    status_code = 403
    title = "Votre rôle ne permet pas cette action."


class Unauthenticated(DomainError):
    """Nobody is logged in, or the token is not valid."""

    status_code = 401
    title = "Connectez-vous pour continuer."
    headers: ClassVar = {"WWW-Authenticate": 'Bearer realm="filiere"'}


class TooLarge(DomainError):
    """The request body is over `max_upload_bytes`."""

    status_code = 413
    title = "Le fichier est trop volumineux."


class Unavailable(DomainError):
    """Something we need does not answer; the same request may work in a moment."""

    status_code = 503
    title = "Le service est momentanément indisponible. Réessayez dans un instant."
    headers: ClassVar = {"Retry-After": "5"}
