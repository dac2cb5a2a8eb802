"""No service that others can reach is protected by a secret that is published here, or that can be guessed.

On one machine alone (every address loopback) the defaults are convenient and harmless. As soon as one address leads
elsewhere, a process refuses to start and says which setting to change, and how a value is made. `python -m
filiere.exposure` asks the same of everything in its environment, for what is not ours: the engines of a compose file.
"""

import ipaddress
import math
import os
import re
import sys
from collections import Counter
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from filiere.settings import Settings

ADDRESSES = ("public_url", "home_url", "collect_url", "refurbish_url", "distribute_url", "oidc_issuer")
# What this repository publishes as a default, now or before; compose's begin with `demo`.
PUBLISHED = frozenset({"development-only-session-secret", "filiere", "filiere-embarque"})
PUBLISHED_PREFIX = "demo"
# What people begin with, and guessers too: it counts for nothing.
WORDS = re.compile(
    "password|passwort|motdepasse|changeme|secret|filiere|azerty|qwerty|admin|0?123456789?0?", re.IGNORECASE
)
# (characters, bits): who has a cookie tries keys at home, as fast as machines go; a password has to be asked for.
KEY = (32, 80.0)
PASSWORD = (12, 30.0)

HOW = {
    "SESSION_SECRET": "set SESSION_SECRET to the output of `openssl rand -base64 48`",
    "OIDC_CLIENT_SECRET": (
        "set OIDC_CLIENT_SECRET to the secret of your client at the identity provider, made anew there"
        " or by `openssl rand -hex 32`"
    ),
    "TOPUP_KEYS": "put the output of `openssl rand -base64 48` first in TOPUP_KEYS, before those that still open codes",
    "DATABASE_URL": "give the role another password, the output of `openssl rand -hex 24`, and put it there",
    "KAFKA_PASSWORD": "give the user another password at the broker, the output of `openssl rand -hex 24`",
}


class Guessable(ValueError):
    """One sentence for the operator: which secret, why it does not protect, since what, and how a good one is made."""

    def __init__(self, name: str, why: str, outside: str, how: str | None = None) -> None:
        advice = how or HOW.get(name) or f"set {name} to the output of `openssl rand -hex 24`"
        super().__init__(f"{name} {why}, and {outside} is not this machine alone: {advice}.")


def is_loopback(host: str | None) -> bool:
    """Whether only this machine can reach it, by name or number. Nothing, and all interfaces, are not loopback."""
    if not host:
        return False
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def outside(addresses: Mapping[str, str], listening: Mapping[str, str]) -> str | None:
    """`NAME=value` of the first that leads beyond this machine: URLs, and addresses that are listened on."""
    for name, url in addresses.items():
        try:
            host = urlsplit(url).hostname
        except ValueError:
            host = None
        if not is_loopback(host):
            return f"{name}={url}"
    return next((f"{name}={address}" for name, address in listening.items() if not is_loopback(address)), None)


def weakness(secret: str, least: tuple[int, float] = PASSWORD) -> str | None:
    """Why this secret does not protect, in words that follow its name; None when it may do."""
    characters, bits = least
    if secret in PUBLISHED or secret.startswith(PUBLISHED_PREFIX):
        return "is a published default"
    if len(secret) < characters:
        return f"is shorter than {characters} characters"
    if randomness(WORDS.sub("", secret)) < bits:
        return "can be guessed"
    return None


def randomness(text: str) -> float:
    """Bits of the text if its characters were drawn at random as often as they occur; what repeats counts once."""
    period = (text + text).find(text, 1)
    once = text[:period] if period > 0 else text
    counts = Counter(once).values()
    return -sum(count * math.log2(count / len(once)) for count in counts)


def refuse_guessable(settings: Settings, *secrets: str) -> None:
    """Judge the named settings (`session_secret`, `database_url` …). Raises Guessable when others can reach us."""
    listening = {"HOST": settings.host} if settings.reached_on is None else {"REACHED_ON": settings.reached_on}
    beyond = outside({name.upper(): getattr(settings, name) for name in ADDRESSES}, listening)
    if beyond is None:
        return
    for name in secrets:
        value = getattr(settings, name)
        if value is None:
            continue
        if name == "database_url":
            why = password_weakness(value.get_secret_value())
        elif name.endswith("_keys"):  # several, of which each opens something
            each = [one.strip() for one in value.get_secret_value().split(",") if one.strip()]
            why = next((found for one in each if (found := weakness(one, KEY)) is not None), None)
        else:
            why = weakness(value.get_secret_value(), KEY if name == "session_secret" else PASSWORD)
        if why is not None:
            raise Guessable(name.upper(), why, beyond)


def password_weakness(url: str) -> str | None:
    """Of the password in a database's address. A server on this machine alone is nobody else's to try."""
    parts = urlsplit(url)
    password = unquote(parts.password or "")
    if not password:
        return None  # a certificate, a password file, a socket
    why = weakness(password)
    harmless = not parts.hostname or is_loopback(parts.hostname)
    if why is None or (harmless and password not in PUBLISHED and not password.startswith(PUBLISHED_PREFIX)):
        return None
    return f"holds a password that {why}"


def main(environment: Mapping[str, str]) -> str | None:
    """What is wrong with an environment of addresses (those of our settings, `REACHED_ON`) and secrets, in a sentence.

    Every variable whose name ends in `_SECRET` or `_PASSWORD` is a secret.
    """
    addresses = {name: environment[name] for name in map(str.upper, ADDRESSES) if name in environment}
    beyond = outside(addresses, {name: value for name, value in environment.items() if name == "REACHED_ON"})
    if beyond is None:
        return None
    for name, value in sorted(environment.items()):
        if name.endswith(("_SECRET", "_PASSWORD")):
            why = weakness(value, KEY if name.endswith("SESSION_SECRET") else PASSWORD)
            if why is not None:
                made = "`openssl rand -base64 48`" if name.endswith("SESSION_SECRET") else "`openssl rand -hex 24`"
                return str(Guessable(name, why, beyond, f"put {name} into .env, with the output of {made}"))
    return None


if __name__ == "__main__":
    sys.exit(main(os.environ))
