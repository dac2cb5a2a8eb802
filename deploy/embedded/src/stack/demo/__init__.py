"""The demonstration: a real fleet file goes through the whole chain, by the public HTTP APIs alone.

Each step looks at what is there before it acts, so that a demonstration that was cut short can be played again.
"""

from stack.demo.play import run

__all__ = ["run"]
