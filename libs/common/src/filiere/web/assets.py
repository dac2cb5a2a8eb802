"""Static files with a content hash in their address: cached for a year, never stale.

What every page needs is kept in memory, once a process; pictures, which few look at, are read when they are asked for.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from filiere.web.errors import NotFound

STATIC = Path(__file__).parent / "static"
# Already compressed formats gain nothing.
COMPRESSIBLE = (
    "text/",
    "application/javascript",
    "text/javascript",
    "image/svg+xml",
    "application/manifest+json",
    "application/wasm",
)
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("image/webp", ".webp")
mimetypes.add_type("application/wasm", ".wasm")
# The one file that may compile WebAssembly: it is a worker, and lives by the policy of its own answer, not of the page.
DECODER = "decoder.js"
ON_DEMAND = (DECODER, "vendor/zxing_reader.js", "vendor/zxing_reader.wasm")
"""Asked for when somebody opens the camera, and not kept for the time without the network: a megabyte."""
_DECODER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
mimetypes.add_type("application/manifest+json", ".webmanifest")


class Assets:
    """Files of the given folders by relative path; a later folder may add names, not replace them.

    One hash covers all files, so that relative addresses inside the stylesheet (fonts) share it.
    """

    def __init__(self, folders: Iterable[Path], root_path: str = "") -> None:
        self._root_path = root_path
        self._files: dict[str, _File] = {}
        digest = hashlib.sha256()
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                if path.is_file() and name not in self._files:
                    self._files[name] = file = _read(path)
                    digest.update(name.encode() + b"\0" + file.digest)
        self.version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Address of a file; KeyError for a file that does not exist, so that a template cannot point nowhere."""
        self._files[name]
        return f"{self._root_path}/static/{self.version}/{name}"

    def names(self) -> list[str]:
        return list(self._files)

    def size(self, name: str) -> int:
        """Bytes on the wire, compressed when it is sent so."""
        return self._files[name].sent

    def respond(self, request: Request, version: str, name: str) -> Response:
        if name not in self._files:
            raise NotFound
        file = self._files[name]
        # A page from before a deployment asks with the old hash: it gets the new file, but must not keep it.
        lasting = "public, max-age=31536000, immutable" if version == self.version else "no-cache"
        kind = f"{file.kind}; charset=utf-8" if "text" in file.kind else file.kind
        headers = {"cache-control": lasting, "content-type": kind}
        if name == DECODER:
            headers["content-security-policy"] = _DECODER_POLICY
        if file.content is None:
            return FileResponse(file.path, headers=headers)
        if file.packed is None:
            return Response(file.content, headers=headers)
        headers["vary"] = "accept-encoding"
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(file.content, headers=headers)
        return Response(file.packed, headers=headers | {"content-encoding": "gzip"})


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    kind: str
    digest: bytes
    sent: int
    """Bytes on the wire."""
    content: bytes | None
    packed: bytes | None


@cache  # once a process, however many services it serves, and before it forks
def _read(path: Path) -> _File:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(content, 9, mtime=0) if kind.startswith(COMPRESSIBLE) else None
    kept = None if kind.startswith("image/") and packed is None else content
    return _File(path, kind, hashlib.sha256(content).digest(), len(packed or content), kept, packed)
