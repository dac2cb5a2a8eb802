"""The network's three services, for a link from one to another.

Each leads through the other's login and names the person: who is logged in there as the same goes straight on, and a
provider that knows them asks nothing. One login is felt as one.
"""

from urllib.parse import urlencode

from filiere.settings import Settings

_HOME = "/"
_LOGIN = "/login?"
RELAIS_PAGE = "/relais/"
"""Of distribute: the page of one Relais, before its id."""


def neighbours(settings: Settings, own: str, subject: str) -> list[tuple[str, str, str]]:
    """(name, title, address of its home) of each; through the login of the others: the provider knows the person."""
    return [
        (name, title, f"{address.rstrip('/')}{_HOME}" if name == own else page_of(address, _HOME, subject))
        for name, title, address in (
            ("collect", "Collecte", settings.collect_url),
            ("refurbish", "Atelier", settings.refurbish_url),
            ("distribute", "Distribution", settings.distribute_url),
        )
    ]


def page_of(address: str, page: str, subject: str = "") -> str:
    """A page of the service at this address, through its login; `subject`: who follows the link, when that is known."""
    who = {"hint": subject} if subject else {}
    return f"{address.rstrip('/')}{_LOGIN}{urlencode({'next': page, **who})}"
