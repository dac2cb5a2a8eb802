"""The promises, checked across the three databases of a stack; the only place that looks into all of them."""

from stack.audit.report import Report, ServiceFacts
from stack.audit.run import audit, databases_of, forget_databases, remember_databases, settled_audit

__all__ = ["Report", "ServiceFacts", "audit", "databases_of", "forget_databases", "remember_databases", "settled_audit"]
