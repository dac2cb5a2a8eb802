"""What a device was in the cycles before this one: its sheet, its grade, why it came back."""
