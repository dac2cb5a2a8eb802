"""What an engine of 2017 knows of CSS, and how it reads a style sheet."""
