"""Headers that programs, proxies and adversaries send beside what a request needs, and what they call a body."""

import random

from tests.fuzz.values import text

CHARSETS = (
    "utf-8", "UTF8", "latin-1", "utf-16", "utf-7", "idna", "punycode", "undefined", "unicode_escape", "zlib", "",
    "é", "\"utf-8", "utf-8; charset=punycode", "x" * 500,
)  # fmt: skip
"""A charset is any codec of Python's: `punycode` takes the square of a text's length, `undefined` decodes nothing."""

ODD: dict[str, tuple[str, ...]] = {
    "accept": ("*/*", "text/html;q=nan", "é/é", "application/json;q=1e999"),
    "accept-encoding": ("gzip", "br;q=x", "x" * 3000),
    "accept-language": ("en", "fr;q=1e999,en;q=--", "x;q=nan", "e" * 3000),
    "authorization": ("Bearer é", "Bearer ..", "Basic Og==", "Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6WyJhIl19.e30.AA"),
    "cookie": ("lang=é; theme=\"\\777\"", "filiere_collect=e30.e30.e30", ";;;=;", "lang=" + "x" * 3000),
    "host": ("[::", "evil.example", "é", "localhost:99999"),
    "hx-current-url": ("http://[x", "//é", "javascript:1", "/" + "x" * 3000),
    "hx-request": ("true", ""),
    "idempotency-key": ("", "é", "x" * 201),
    "if-modified-since": ("99999999", "Mon, 32 Nov 2026"),
    "if-none-match": ("*", "x" * 3000),
    "origin": ("null", "http://[x"),
    "range": ("bytes=9-1", "bytes=0-0,1-1"),
    "referer": ("http://[x", "é"),
    "sec-fetch-site": ("same-origin", "cross-site", "none", "é"),
    "traceparent": ("00-zz-11-01", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"),
    "x-correlation-id": ("é", "x" * 3000),
    "x-csrf-token": ("é", "", "x" * 3000),
    "x-forwarded-for": ("é", "::1, 1.2.3.4" * 50),
    "x-forwarded-proto": ("https", "é"),
}  # fmt: skip


def odd_headers(rng: random.Random) -> dict[str, str]:
    """Mostly none; else one to three, with a value that is known to be odd, or any."""
    if rng.random() < 0.8:
        return {}
    names = rng.sample(sorted(ODD), rng.randint(1, 3))
    if "hx-current-url" in names:
        names.append("hx-request")  # which alone makes it read
    return {name: written(rng.choice(ODD[name]) if rng.random() < 0.8 else text(rng)) for name in names}


def content_type(rng: random.Random, usual: str, *, is_long: bool = False) -> str:
    """Mostly as it is; else with a charset (a long body in the one that takes longest), or longer than any type is."""
    draw = rng.random()
    if is_long and draw < 0.3:
        return f"{usual}; charset=punycode"
    if draw < 0.06:
        return written(f"{usual}; charset={rng.choice(CHARSETS)}")
    return usual + rng.choice((";", "; a=b", "; a*0=b")) * 5000 if draw > 0.99 else usual


def written(value: str) -> str:
    """As http.client sends it: bytes of UTF-8, no control character, for a server refuses those before any of ours."""
    line = "".join(character for character in value if character.isprintable())
    return line.encode("utf-8", "replace").decode("latin-1")[:4000].strip()
