"""What a donor declared of a device beside its name: shown as announced, until an inventory has read the machine."""
