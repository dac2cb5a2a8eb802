"""Addresses that mail may be sent to."""

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


def readable_address(text: str | None) -> str | None:
    """The address as mail servers write it, in lower case; None for what is none. Asks no name server.

    Lower case before the @ too: no provider of today tells two people apart by it, and one person must not be two.
    """
    try:
        found = validate_email((text or "").strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return None
    return found if len(found) <= LONGEST else None
