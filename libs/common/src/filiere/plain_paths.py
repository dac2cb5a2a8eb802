"""Whether a path of an address is what it looks like: who judges an address by how it begins asks this first."""

from urllib.parse import unquote


def is_plain(path: str) -> bool:
    """Whether a browser, and any proxy behind it, asks for this path as it stands.

    Nothing in it climbs (`..`, `%2e%2e`, `..%2f`, a backslash), and no empty part makes a host of what follows.
    """
    if "//" in path or "\\" in path:
        return False
    read = path
    while (once := unquote(read)) != read:  # a proxy may read what another has written
        read = once
    return not {".", ".."} & set(read.replace("\\", "/").split("/"))
