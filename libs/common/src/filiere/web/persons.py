"""What a provider may say of a person: a subject that can be kept and looked for, a name that can be shown and kept."""

from typing import Any

LONGEST = 255  # of a subject, by OpenID Connect; of a name, by us


def is_subject(said: Any) -> bool:
    """No control character, no half of a surrogate pair: no database keeps all of them, and no provider makes any."""
    return isinstance(said, str) and 0 < len(said) <= LONGEST and said.isprintable()


def shown_name(said: Any, subject: str) -> str:
    """The name without what cannot be printed, the subject when nothing is left: a name shuts nobody out."""
    name = "".join(character if character.isprintable() else " " for character in said) if isinstance(said, str) else ""
    return " ".join(name.split())[:LONGEST] or subject
