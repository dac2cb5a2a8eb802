"""What a bench wiped with last: a browser of the workshop, whoever works at it.

It keeps ids of erasures and nothing else; what they say is read with the rights of whoever asks.
"""

from uuid import UUID

from filiere.catalogue.grades import StorageKind
from filiere.web.app_state import app_state
from starlette.requests import Request
from starlette.responses import Response

_PREFIX = "filiere_etabli_"
_YEAR = 365 * 24 * 3600


def remembered(request: Request, kind: StorageKind) -> UUID | None:
    """The erasure that this browser recorded last of such a disk."""
    try:
        return UUID(request.cookies.get(_PREFIX + kind.value, ""))
    except ValueError:
        return None


def remember(request: Request, answer: Response, kind: StorageKind, erasure_id: UUID) -> Response:
    """With the answer, for the next disk of this kind."""
    answer.set_cookie(
        _PREFIX + kind.value,
        str(erasure_id),
        max_age=_YEAR,
        path=request.scope.get("root_path") or "/",
        samesite="lax",
        httponly=True,
        secure=app_state(request).settings.public_url.startswith("https:"),
    )
    return answer
