"""Who may log in at the embedded identity provider, and for whom its tokens are."""

from dataclasses import dataclass

AUDIENCE = "filiere"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can log in: `subject` is what services store; `note` says who this is in few words, on the page."""

    subject: str
    name: str
    email: str
    note: str = ""
