"""A Filière that somebody else runs (containers, Kubernetes): play the demonstration, be its front door, audit it.

Nothing here starts or stops anything; addresses, tokens and databases come from the environment.
"""
