"""Links for people without an account: signed, so that nobody makes one; they expire, are listed and can be revoked."""
