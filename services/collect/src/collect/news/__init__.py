"""News: what is told by mail to a donor's people and to the coordination, in the transaction of what happened."""
