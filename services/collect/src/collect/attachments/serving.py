"""Files of attachments as they come in and go out, by page and by API."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import Request
from filiere.files import Files
from filiere.files.store import ready
from filiere.web.app_state import app_state
from starlette.responses import StreamingResponse

from collect.attachments.repository import Attachment


async def files_of(request: Request) -> Files:
    return await ready(app_state(request).settings.files)


def as_download(found: Attachment, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """Always as a download, of the kind that its bytes say: nothing of it runs or is shown as ours."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-length": str(found.size),
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
    }
    return StreamingResponse(pieces, media_type=found.media_type, headers=headers)
