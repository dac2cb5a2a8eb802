"""The error shared by every identifier that is typed or scanned by a person."""


class IdentifierError(ValueError):
    """A number or code that cannot be read; the message is a French sentence made for people.

    A ValueError, so that a pydantic validator turns it into an error on the right field without any wrapping.
    """
