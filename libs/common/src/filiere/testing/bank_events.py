"""What the bank tells."""

from typing import Any, ClassVar

from filiere.events import Event, event

TOPIC = "bank.accounts"


@event(topic=TOPIC, name="amount-added", version=1, key="account")
class AmountAdded(Event):
    """An amount was added to an account. `padding` makes it as long as ours are.

    `trouble` makes the handler fail; `slow:4` makes it take four seconds, `stuck:4` block its process for as long.
    """

    account: str
    number: int
    amount: int = 1
    trouble: str = ""
    padding: str = ""
    example: ClassVar[dict[str, Any]] = {"account": "a", "number": 1}
