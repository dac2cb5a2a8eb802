"""What is kept of an erasure tool's own report."""

from refurbish.erasure.schemas import MAX_EVIDENCE


def evidence_text(raw: bytes) -> str | None:
    """The report as text, cut at MAX_EVIDENCE characters; None when there is nothing in it."""
    return raw.decode("utf-8", "replace").replace("\0", "")[:MAX_EVIDENCE] or None
