"""Photos as they go out, by page and by API."""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from refurbish.photos.repository import Photo


def as_picture(found: Photo, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    """Of the kind that its bytes say, one of three that are pictures and nothing else; nothing of it runs as ours.

    It never changes under its address: the browser that may see it keeps it.
    """
    headers = {
        "content-length": str(found.size),
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, max-age=86400, immutable",
    }
    return StreamingResponse(pieces, media_type=found.media_type, headers=headers)
