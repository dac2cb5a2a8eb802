"""Guides: what a role does in a service, step by step, in easy words, each step with its picture.

A service adds one by a file `guides/<name>.yaml` in its package and a walk in its browser tests; nothing else. The
walk takes the pictures (`make pictures`) and is red as soon as one no longer shows what the page shows.
"""

from filiere.guides.guide import Guide, Step, Words
from filiere.guides.pictures import Picture, pictures_of
from filiere.guides.reading import FOLDER, BrokenGuide, read_guides

__all__ = ["FOLDER", "BrokenGuide", "Guide", "Picture", "Step", "Words", "pictures_of", "read_guides"]
