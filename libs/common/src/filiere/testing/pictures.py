"""The smallest picture there is, where a test only needs some photo."""

import base64

ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PHOTO = ("a.png", ONE_PIXEL, "image/png")
"""As a form sends it."""
