"""A provider whose key the test holds, so that it can sign what a real one never would."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

AUDIENCE = "filiere"


class Forger:
    """`address` is the issuer; `token` signs any claims, `forged` gives every kind that must be refused."""

    def __init__(self, address: str, key: RSAKey) -> None:
        self.address = address
        self.key = key

    def token(self, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
        return jwt.encode(self._header(**(header or {})), self._claims(**claims), key or self.key)

    def forged(self, subject: str) -> dict[str, str]:
        """Bad tokens of a person who would be allowed, by what is wrong with them."""
        stranger = RSAKey.generate_key(2048)
        return {
            "expired": self.token(sub=subject, exp=int(time.time()) - 3600),
            "without expiry": self.token(sub=subject, exp=0),
            "for somebody else": self.token(sub=subject, aud=["another-program"]),
            "of another issuer": self.token(sub=subject, iss="http://elsewhere.example"),
            "unsigned": self._by_hand("none", subject, b""),
            "signed with the public key": self._by_hand("HS256", subject, self.key.as_pem(private=False)),
            "signed by a stranger": self.token(key=stranger, sub=subject),
            "an identity token": self.token({"typ": "JWT"}, sub=subject, nonce="n"),
            "an identity token without nonce": self.token({"typ": "JWT"}, sub=subject),
            "not a token": "abc.def.ghi",
        }

    def _header(self, **changes: Any) -> dict[str, Any]:
        return {"alg": "RS256", "typ": "at+jwt", "kid": self.key.kid, **changes}

    def _claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.address, "aud": [AUDIENCE], "sub": "nobody", "iat": now, "exp": now + 600, **changes}

    def _by_hand(self, algorithm: str, subject: str, secret: bytes) -> str:
        """What a library refuses to make: no signature, or a shared-secret one whose secret is public."""
        parts = [self._header(alg=algorithm), self._claims(sub=subject)]
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
        signature = hmac.new(secret, signed.encode(), "sha256").digest() if secret else b""
        return f"{signed}.{_encoded(signature)}"


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@contextmanager
def forger() -> Iterator[Forger]:
    """Serves the provider's two documents over HTTP on a free port."""
    key = RSAKey.generate_key(2048, auto_kid=True)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys = {"keys": [{**key.as_dict(private=False), "kid": key.kid}]}
            answer = keys if self.path == "/jwks" else {"issuer": address, "jwks_uri": f"{address}/jwks"}
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Forger(address, key)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
