"""The network's three services, for a link from one to another."""

from urllib.parse import urlencode

from filiere.settings import Settings

_HOME = "/"
_LOGIN = "/login?"
RELAIS_PAGE = "/login?next=/relais/"
"""Of distribute: the page of one Relais, before its id, through the login."""


def neighbours(settings: Settings, own: str, subject: str) -> list[tuple[str, str, str]]:
    """(name, title, address of its home) of each; through the login of the others: the provider knows the person."""
    return [
        (name, title, f"{address.rstrip('/')}{_HOME if name == own else _through(subject)}")
        for name, title, address in (
            ("collect", "Collecte", settings.collect_url),
            ("refurbish", "Atelier", settings.refurbish_url),
            ("distribute", "Distribution", settings.distribute_url),
        )
    ]


def _through(subject: str) -> str:
    return _LOGIN + urlencode({"next": _HOME, "hint": subject})
