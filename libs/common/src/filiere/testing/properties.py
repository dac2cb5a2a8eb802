"""How often a property is tried: a tenth as often in the daily run as in the slow one (`make test-slow`)."""

EXAMPLES = 100
_FEWEST = 3
_thorough = False


def be_thorough() -> None:
    global _thorough
    _thorough = True


def examples(thoroughly: int = EXAMPLES) -> int:
    """`@settings(max_examples=examples(60))`: 60 in the slow run, 6 in the daily one."""
    return thoroughly if _thorough else max(_FEWEST, thoroughly // 10)
