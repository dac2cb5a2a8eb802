"""Tokens that must open nothing: every trick played on JWT verifiers, each of a person who would be allowed."""

import base64
import hmac
import json
import time
import zlib
from typing import Any

from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.access.provider import Forger


def every_forgery(forger: Forger, subject: str) -> dict[str, str]:
    """Token by what is wrong with it."""
    maker = _Maker(forger, subject)
    return {
        **maker.algorithms(),
        **maker.keys(),
        **maker.headers(),
        **maker.claims(),
        **maker.kinds(),
        **maker.shapes(),
    }


class _Maker:
    def __init__(self, forger: Forger, subject: str) -> None:
        self.forger = forger
        self.subject = subject
        self.stranger = RSAKey.generate_key(2048, auto_kid=True)
        self.public = forger.key.as_pem(private=False)
        self.now = int(time.time())

    def algorithms(self) -> dict[str, str]:
        """Signatures that need no secret, or another algorithm than the key's."""
        made = {f"alg {name!r}": self._by_hand({"alg": name}, b"") for name in ("none", "None", "NONE", "nOnE", "")}
        jwk = json.dumps(self.forger.key.as_dict(private=False)).encode()
        made |= {
            "no alg at all": self._by_hand({"alg": None}, b""),
            "HS256 with the public key": self._by_hand({"alg": "HS256"}, self.public),
            "HS384 with the public key": self._by_hand({"alg": "HS384"}, self.public, "sha384"),
            "HS256 with the public key without its last line": self._by_hand({"alg": "HS256"}, self.public.strip()),
            "HS256 with the JWK": self._by_hand({"alg": "HS256"}, jwk),
            "HS256 with nothing": self._by_hand({"alg": "HS256"}, b"\0"),
            "another algorithm than it was signed with": self._renamed("PS256"),
            "an algorithm of another kind of key": self._renamed("ES256"),
            "no signature": self._good().rpartition(".")[0] + ".",
            "a signature of zeros": self._good().rpartition(".")[0] + "." + _encoded(b"\0" * 256),
            "somebody else's signature": self._good().rpartition(".")[0] + "." + self._stranger({}).rpartition(".")[2],
        }
        return made

    def keys(self) -> dict[str, str]:
        """A stranger's signature under every name a key can have."""
        kids: dict[str, Any] = {
            "the right kid": self.forger.key.kid,
            "no kid": None,
            "an unknown kid": "another",
            "a path as kid": "../../../../../../dev/null",
            "SQL as kid": "x' UNION SELECT 'key' --",
            "a command as kid": "| sleep 5",
            "a NUL in kid": "a\0b",
            "a number as kid": 7,
            "a list as kid": [self.forger.key.kid],
            "a very long kid": "k" * 100_000,
        }
        return {f"a stranger's with {name}": self._stranger({"kid": kid}) for name, kid in kids.items()}

    def headers(self) -> dict[str, str]:
        """A stranger who brings the key along, or says where it is; extensions nobody understands."""
        own = self.stranger.as_dict(private=False)
        curve = ECKey.generate_key("P-256")
        return {
            "its own key in jwk": self._stranger({"jwk": own}),
            "its own key in jwk and its kid": self._stranger({"jwk": own, "kid": self.stranger.kid}),
            "a jku": self._stranger({"jku": f"{self.forger.address}/../evil.example/keys"}),
            "a jku on this machine": self._stranger({"jku": "http://127.0.0.1:1/keys"}),
            "an x5u": self._stranger({"x5u": "https://evil.example/chain.pem"}),
            "an x5c": self._stranger({"x5c": [base64.b64encode(b"not a certificate").decode()]}),
            "an iss in the header": self._stranger({"iss": self.forger.address}),
            "an elliptic key in jwk": self._stranger({"jwk": curve.as_dict(private=False)}),
            "an unknown critical header": self._signed({"crit": ["x-must"], "x-must": 1}),
            "a critical header that is absent": self._signed({"crit": ["exp"]}),
            "an unencoded payload": self._signed({"b64": False, "crit": ["b64"]}),
        }

    def claims(self) -> dict[str, str]:
        """Properly signed, for another program, another time, another person, or nobody."""
        past, future = self.now - 3600, self.now + 3600
        wrong: dict[str, dict[str, Any]] = {
            "expired": {"exp": past},
            "without expiry": {"exp": None},
            "expiry zero": {"exp": 0},
            "expiry below zero": {"exp": -1},
            "expiry as a word": {"exp": "never"},
            "expiry true": {"exp": True},
            "expiry in a list": {"exp": [future]},
            "not yet valid": {"nbf": future},
            "for another program": {"aud": ["another-program"]},
            "for nobody": {"aud": None},
            "for an empty list": {"aud": []},
            "for a name that begins alike": {"aud": "filiere-evil"},
            "for a program in a list of lists": {"aud": [["filiere"]]},
            "for a program as an object": {"aud": {"filiere": True}},
            "of another issuer": {"iss": "http://elsewhere.example"},
            "of no issuer": {"iss": None},
            "of an issuer that begins alike": {"iss": f"{self.forger.address}.evil.example"},
            "of an issuer in a list": {"iss": [self.forger.address]},
            "of no subject": {"sub": None},
            "of an empty subject": {"sub": ""},
            "of a number": {"sub": 7},
            "of a list": {"sub": [self.subject]},
            "of an object": {"sub": {"sub": self.subject}},
            "of a subject with NUL": {"sub": f"{self.subject}\0"},
            "of a lone surrogate": {"sub": f"{self.subject}\ud800"},
            "of a subject as long as a book": {"sub": "s" * 100_000},
        }
        return {name: self._signed({}, **claims) for name, claims in wrong.items()}

    def kinds(self) -> dict[str, str]:
        """Properly signed by the right provider, but made for something else than calling us."""
        return {
            "an identity token": self._signed({"typ": "JWT"}, nonce="n"),
            "an identity token without nonce": self._signed({"typ": "JWT"}, at_hash="aGFzaA", auth_time=self.now),
            "an identity token of a plain kind": self._signed({"typ": "id_token+jwt"}),
            "a refresh token": self._signed({"typ": "JWT"}, typ="Refresh"),
            "a refresh token by its header": self._signed({"typ": "rt+jwt"}),
            "a logout token": self._signed(
                {"typ": "logout+jwt"}, events={"http://schemas.openid.net/event/backchannel-logout": {}}
            ),
            "a proof of possession": self._signed({"typ": "dpop+jwt"}),
            "a client's assertion": self._signed({"typ": "client-authentication+jwt"}),
            "an opaque token": "a9c5f2e0d1b34c6f8e7d6c5b4a392817",
        }

    def shapes(self) -> dict[str, str]:
        """No JWT at all, one in another, one too many."""
        good = self._good()
        header, payload, signature = good.split(".")
        nested = jws.serialize_compact(self._header({"cty": "JWT"}), good.encode(), self.forger.key)
        sealed = jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM"}, good.encode(), OctKey.generate_key(256))
        packed = _encoded(zlib.compress(b"a" * 5_000_000))
        return {
            "nothing but dots": "..",
            "four parts": f"{good}.{signature}",
            "two parts": f"{header}.{payload}",
            "a JWT in a JWT": nested,
            "encrypted": sealed,
            "a payload that is a list": self._payload(b'["' + self.subject.encode() + b'"]'),
            "a payload that is a number": self._payload(b"1"),
            "a payload that is nothing": self._payload(b""),
            "a payload that is no JSON": self._payload(b"sub=coordinator"),
            "a payload nested deep": self._payload(b"[" * 100_000),
            "a payload of other bytes": self._payload(bytes(range(256))),
            "a header that is a list": f"{_encoded(b'[]')}.{payload}.{signature}",
            "a header nested deep": f"{_encoded(b'[' * 100_000)}.{payload}.{signature}",
            "a payload that is packed": f"{_json(self._header({'zip': 'DEF'}))}.{packed}.{signature}",
            "a payload changed afterwards": f"{header}.{_json(self._claims(sub='other'))}.{signature}",
            "a megabyte of letters": "A" * 1_000_000,
            "a good one and a bit more": f"{good}AAAA",
            "a good one twice": f"{good},{good}",
        }

    def _good(self) -> str:
        return self._signed({})

    def _header(self, changes: dict[str, Any]) -> dict[str, Any]:
        header = {"alg": "RS256", "typ": "at+jwt", "kid": self.forger.key.kid, **changes}
        return {name: value for name, value in header.items() if value is not None}

    def _claims(self, **changes: Any) -> dict[str, Any]:
        usual = {"iss": self.forger.address, "aud": ["filiere"], "sub": self.subject, "exp": self.now + 600}
        return {name: value for name, value in {**usual, "iat": self.now, **changes}.items() if value is not None}

    def _signed(self, header: dict[str, Any], **claims: Any) -> str:
        return _sign(self._header(header), json.dumps(self._claims(**claims)).encode(), self.forger.key)

    def _stranger(self, header: dict[str, Any]) -> str:
        return _sign(self._header(header), json.dumps(self._claims()).encode(), self.stranger)

    def _payload(self, payload: bytes) -> str:
        return _sign(self._header({}), payload, self.forger.key)

    def _renamed(self, algorithm: str) -> str:
        """Signed with RS256 over a header that says otherwise."""
        return _sign(self._header({"alg": algorithm}), json.dumps(self._claims()).encode(), self.forger.key)

    def _by_hand(self, header: dict[str, Any], secret: bytes, digest: str = "sha256") -> str:
        head, body = json.dumps(self._header(header)), json.dumps(self._claims())
        signed = f"{_encoded(head.encode())}.{_encoded(body.encode())}"
        return f"{signed}.{_encoded(hmac.new(secret, signed.encode(), digest).digest() if secret else b'')}"


def _sign(header: dict[str, Any], payload: bytes, key: RSAKey) -> str:
    """RS256 over any header and payload: a library would refuse to make most of these."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    signed = f"{_encoded(json.dumps(header).encode())}.{_encoded(payload)}"
    assert key.private_key is not None
    signature = key.private_key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_encoded(signature)}"


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _json(value: dict[str, Any]) -> str:
    return _encoded(json.dumps(value).encode())
