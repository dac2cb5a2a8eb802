"""Messages that could not be applied, kept in the consumer's database until a person decides."""

from filiere.dead_letter.repository import DeadLetter, DeadLetterRepository, Reason

__all__ = ["DeadLetter", "DeadLetterRepository", "Reason"]
