"""The workshop's manager: how many devices stand where and since when, defects against the agreement, the journal.

Of devices and stages only: nothing here is counted per person.
"""
