"""Files that people bring: kept byte for byte under the hash of their content, never in a row (decision 0036).

    kept = await keep(database, files_at(settings.files), upload, most=10 * MIB)     # before the change
    ... INSERT INTO donation_attachment (file_hash, …) VALUES (kept.hash, …)         # in its transaction

A table that names a file has a foreign key to `file.hash`: what no row names for a day is taken away by the worker.
"""

from filiere.files.keeping import FileTooLarge, Kept, Reads, forget_unnamed, keep
from filiere.files.kinds import UNKNOWN, kind_of
from filiere.files.store import FileMissing, Files, files_at

__all__ = [
    "UNKNOWN",
    "FileMissing",
    "FileTooLarge",
    "Files",
    "Kept",
    "Reads",
    "files_at",
    "forget_unnamed",
    "keep",
    "kind_of",
]
