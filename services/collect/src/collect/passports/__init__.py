"""The public sheet behind a device's QR code: what it is, wiped when and how, graded why; never a person."""
