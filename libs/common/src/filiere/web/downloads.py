"""Files as they go out: always as a download, nothing of them runs or is shown as ours."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import StreamingResponse

from filiere.files import Files
from filiere.files.store import ready
from filiere.web.app_state import app_state


async def files_of(request: Request) -> Files:
    """The store of the service."""
    return await ready(app_state(request).settings.files)


def attached(name: str) -> dict[str, str]:
    """The headers of a download of this name, which only its reader keeps."""
    return {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "cache-control": "private, no-store",
    }


def as_download(
    name: str, media_type: str, pieces: AsyncIterator[bytes], *, size: int | None = None
) -> StreamingResponse:
    """A kept file, byte for byte; `media_type`: what its bytes say, whatever whoever sent it called it."""
    headers = {**attached(name), "content-security-policy": "sandbox; default-src 'none'"}
    if size is not None:
        headers["content-length"] = str(size)
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def as_picture(media_type: str, size: int, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """A kept photo, of the kind that its bytes say (`filiere.files.photos.SHOWN`); nothing of it runs as ours.

    It never changes under its address: the browser that may see it keeps it.
    """
    headers = {
        "content-length": str(size),
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, max-age=86400, immutable",
    }
    return StreamingResponse(pieces, media_type=media_type, headers=headers)
