"""The certificate authorities that our HTTP clients trust: read once, for reading them holds a process for 20 ms."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """Those of `SSL_CERT_FILE` or `SSL_CERT_DIR` when they are set, else those that come with the HTTP client."""
    return httpx.create_ssl_context()
