"""Journal: who did what, when, on which object; kept in the transaction of the change, shown on the object.

    await journal.note(session, principal, "donation", donation.id, "accepted", {"accepted": 142})

The verb is a word of the service's own, which says it in French where it shows it. Details are what that sentence
needs: counts, dates, codes; never a beneficiary, and no person but the one who acts, by the name on their screen.
"""

from filiere.journal.noting import NETWORK, Actor, Note, note, note_all
from filiere.journal.repository import Entry, JournalRepository

__all__ = ["NETWORK", "Actor", "Entry", "JournalRepository", "Note", "note", "note_all"]
