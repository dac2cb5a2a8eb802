"""The till's books: the journal as it is read, proved, archived and given to an accountant."""
