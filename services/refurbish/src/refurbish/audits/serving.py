"""Copies of audits as they come in and go out."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from filiere.files import Files
from filiere.files.store import ready
from filiere.web.app_state import app_state
from starlette.requests import Request
from starlette.responses import StreamingResponse

from refurbish.audits.audit import Audit


async def files_of(request: Request) -> Files:
    return await ready(app_state(request).settings.files)


def as_download(label: str, audit: Audit, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """Always as a download: nothing of it runs or is shown as ours."""
    name = quote(f"{label}-{audit.facts.source}-{audit.audited_at:%Y-%m-%d}.txt", safe="")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{name}",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
    }
    return StreamingResponse(pieces, media_type="application/octet-stream", headers=headers)
