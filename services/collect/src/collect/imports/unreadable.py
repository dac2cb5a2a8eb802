"""Why a file cannot be read, where nothing of the web is loaded: reading may happen in a process of its own."""


class Unreadable(Exception):
    """Nothing in the file can be understood as a fleet; the message is a French sentence."""
