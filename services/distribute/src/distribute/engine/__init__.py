"""The fair allocation engine: pure, deterministic, explainable. No database, no web, no settings.

A `Problem` (a snapshot) and a `Policy` (a published file) go in; an `Allocation` and its `Proof` come out.
"""

from distribute.engine.allocate import ENGINE, Proof, Step, allocate
from distribute.engine.policy import Policy, campaigns_on, policies, policy_on
from distribute.engine.problem import (
    QUOTA_DAYS,
    Acceptance,
    BrokenProblem,
    Device,
    Lately,
    Line,
    Place,
    Problem,
    Relais,
    StockClass,
)
from distribute.engine.result import Allocation, Binding, Bottleneck, LineResult, Reason, RelaisResult, Take

__all__ = [
    "ENGINE",
    "QUOTA_DAYS",
    "Acceptance",
    "Allocation",
    "Binding",
    "Bottleneck",
    "BrokenProblem",
    "Device",
    "Lately",
    "Line",
    "LineResult",
    "Place",
    "Policy",
    "Problem",
    "Proof",
    "Reason",
    "Relais",
    "RelaisResult",
    "Step",
    "StockClass",
    "Take",
    "allocate",
    "campaigns_on",
    "policies",
    "policy_on",
]
