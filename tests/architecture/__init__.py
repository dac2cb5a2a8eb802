"""Rules of the house that import-linter cannot see: read from the sources, each shown to find what it is for."""
