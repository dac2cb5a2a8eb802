"""Static files, kept in memory with a content hash in their address: cached for a year, never stale."""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

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
        self._files: dict[str, tuple[bytes, bytes | None, str]] = {}
        digest = hashlib.sha256()
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                name = path.relative_to(folder).as_posix()
                if path.is_file() and name not in self._files:
                    content = path.read_bytes()
                    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
                    packed = _packed(content) if kind.startswith(COMPRESSIBLE) else None
                    self._files[name] = (content, packed, kind)
                    digest.update(name.encode() + b"\0" + content)
        self.version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """Address of a file; KeyError for a file that does not exist, so that a template cannot point nowhere."""
        self._files[name]
        return f"{self._root_path}/static/{self.version}/{name}"

    def names(self) -> list[str]:
        return list(self._files)

    def size(self, name: str) -> int:
        """Bytes on the wire, compressed when it is sent so."""
        content, packed, _ = self._files[name]
        return len(packed or content)

    def respond(self, request: Request, version: str, name: str) -> Response:
        if name not in self._files:
            raise NotFound
        content, packed, kind = self._files[name]
        # A page from before a deployment asks with the old hash: it gets the new file, but must not keep it.
        lasting = "public, max-age=31536000, immutable" if version == self.version else "no-cache"
        headers = {"cache-control": lasting, "content-type": f"{kind}; charset=utf-8" if "text" in kind else kind}
        if name == DECODER:
            headers["content-security-policy"] = _DECODER_POLICY
        if packed is not None:
            headers["vary"] = "accept-encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["content-encoding"] = "gzip"
                content = packed
        return Response(content, headers=headers)


@lru_cache(maxsize=256)  # once a process, however many services it serves
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
