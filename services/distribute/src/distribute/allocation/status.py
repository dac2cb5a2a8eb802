"""What became of a run, and who may start one."""

from enum import StrEnum


class RunStatus(StrEnum):
    """What became of a run."""

    APPLIED = "applied"
    UNDONE = "undone"


# Who started a run that nobody did: the continuous mode.
CONTINUOUS = "continuous"
