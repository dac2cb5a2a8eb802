"""Reports as they go out: always as a download, nothing of them runs or is shown as ours."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from filiere.files import Files
from filiere.files.store import ready
from filiere.web.app_state import app_state
from starlette.requests import Request
from starlette.responses import StreamingResponse

from refurbish.erasure.reports.repository import KeptReport


async def files_of(request: Request) -> Files:
    return await ready(app_state(request).settings.files)


def as_download(report: KeptReport, pieces: AsyncIterator[bytes]) -> StreamingResponse:
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(report.name, safe='')}",
        "content-length": str(report.size),
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, no-store",
    }
    return StreamingResponse(pieces, media_type=report.media_type, headers=headers)
