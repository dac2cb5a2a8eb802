"""The promises, checked across the three databases of a stack; the only place that looks into all of them."""

from stack.audit.run import audit, settled_audit
from stack.report import Report, ServiceFacts

__all__ = ["Report", "ServiceFacts", "audit", "settled_audit"]
