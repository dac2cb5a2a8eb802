"""The chain as the coordination sees it, over the three services: where devices wait, and of whom nothing is heard."""
