"""Codes at rest: sealed by AES-256-GCM, found again by a keyed hash. The only file that knows the keys.

`TOPUP_KEYS` holds one secret or several, comma separated, the newest first. Each gives two keys, one that seals and one
that hashes; the newest seals, all open. A sealed code names its key and is bound to its row: moved to another one it
does not open.
"""

import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

_NONCE = 12
LEAST_SECRET = 32
"""Characters of a secret; `filiere.exposure` asks for more where others can reach us."""


class NoKeys(ValueError):
    """TOPUP_KEYS is not set, or holds a secret that is too short: no code can be kept."""


class DoesNotOpen(ValueError):
    """The key of a sealed code is not among those that were given, or the row is not its own."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A code as it is kept. Neither part says anything of it to whoever has no key."""

    key_id: str
    secret: bytes
    fingerprint: bytes


class Vault:
    """Seals and opens codes. Never printed, and nothing of it is logged."""

    __slots__ = ("_keys",)

    def __init__(self, secrets: Sequence[str]) -> None:
        """Raises NoKeys."""
        if not secrets or any(len(one) < LEAST_SECRET for one in secrets):
            raise NoKeys("TOPUP_KEYS")
        self._keys = [_Key(one) for one in secrets]

    @classmethod
    def of(cls, keys: SecretStr | None) -> "Vault":
        """Of the setting. Raises NoKeys."""
        said = keys.get_secret_value() if keys is not None else ""
        return cls([one.strip() for one in said.split(",") if one.strip()])

    @property
    def newest(self) -> str:
        """Name of the key that seals now."""
        return self._keys[0].name

    @property
    def names(self) -> frozenset[str]:
        """Of all keys that open."""
        return frozenset(key.name for key in self._keys)

    def seal(self, code_id: UUID, code: str) -> Sealed:
        """What is kept of a code."""
        key, nonce = self._keys[0], os.urandom(_NONCE)
        return Sealed(key.name, nonce + key.cipher.encrypt(nonce, code.encode(), code_id.bytes), key.fingerprint(code))

    def open(self, code_id: UUID, key_id: str, secret: bytes) -> str:
        """The code itself. Raises DoesNotOpen."""
        for key in self._keys:
            if key.name == key_id:
                try:
                    return key.cipher.decrypt(secret[:_NONCE], secret[_NONCE:], code_id.bytes).decode()
                except InvalidTag:
                    break
        raise DoesNotOpen(key_id)

    def fingerprints(self, code: str) -> list[bytes]:
        """What a code would be found by, under each key: a rotation that is under way hides no duplicate."""
        return [key.fingerprint(code) for key in self._keys]


class _Key:
    __slots__ = ("_hashing", "cipher", "name")

    def __init__(self, secret: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=72, salt=None, info=b"filiere topups").derive(secret.encode())
        self.cipher = AESGCM(derived[:32])
        self._hashing = derived[32:64]
        self.name = derived[64:].hex()

    def fingerprint(self, code: str) -> bytes:
        return hmac.digest(self._hashing, code.encode(), "sha256")
