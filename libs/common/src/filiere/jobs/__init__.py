"""Jobs: work that is too long for a request. A row says what is to do and how far it is; a worker does it.

Whoever asked may go away; a worker that dies loses its job to the next one, which begins it again. Nothing is loaded
here: a process that only computes (`process`) needs no database.
"""
