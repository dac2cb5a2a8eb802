"""The secret of a key: `filiere_`, 43 letters and digits that hold 256 random bits, 6 that sum them up.

What begins so is found by scanners of repositories and logs, and the sum tells a key from what only looks like one: a
mistyped or guessed one costs no query.

Kept is its SHA-256, and nothing slower: slow hashes protect secrets that people choose, of which a machine tries the
likely ones. Nobody tries 2^256, and every request pays for the hash.
"""

import hashlib
import re
import secrets
import zlib

BEGINS = "filiere_"
SHOWN = len(BEGINS) + 6
"""Characters by which people tell keys apart; 220 random bits are not among them."""
PATTERN = BEGINS + "[0-9A-Za-z]{49}"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM, _SUM = 43, 6
_SECRET = re.compile(PATTERN)


def new_secret() -> str:
    random = _base62(secrets.randbits(256), _RANDOM)
    return BEGINS + random + _sum(random)


def looks_like_a_key(token: str) -> bool:
    """Whether it is meant to be one: no token of a provider begins so."""
    return token.startswith(BEGINS)


def is_whole(secret: str) -> bool:
    """Whether we can have made it."""
    if not _SECRET.fullmatch(secret):
        return False
    random = secret[len(BEGINS) : len(BEGINS) + _RANDOM]
    return secret.endswith(_sum(random))


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _sum(random: str) -> str:
    return _base62(zlib.crc32(random.encode()), _SUM)


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
