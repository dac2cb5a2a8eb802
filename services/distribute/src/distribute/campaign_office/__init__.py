"""The office of campaigns: opened, followed, joined by a link and ended on screen."""
