"""How long to wait before the next try."""

import random
from datetime import timedelta


def pause_s(attempt: int, base: timedelta, cap: timedelta) -> float:
    """Seconds before try number `attempt` + 1: doubling, capped, with full jitter on the upper half."""
    longest = min(cap.total_seconds(), base.total_seconds() * 2 ** min(attempt, 20))
    return float(longest) * (0.5 + random.random() / 2)  # noqa: S311 - spreads load, protects nothing
