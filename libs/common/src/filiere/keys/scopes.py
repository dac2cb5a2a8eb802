"""What a key may be for, in the words of who makes one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyScope:
    """`name` stands in the API's description; `label` and `help` are French, for the page where keys are made."""

    name: str
    label: str
    help: str
    # Offered to the coordination alone: no organisation's key opens what it opens.
    is_networks: bool = False


ANY_KEY = (KeyScope("*", "", ""),)
"""Of a route: any key that is valid, whatever its scopes."""
NO_KEY: tuple[KeyScope, ...] = ()
"""Of a route: said to be for people alone."""
