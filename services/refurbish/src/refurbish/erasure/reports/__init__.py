"""What erasure tools write of their work, read: nwipe (log, PDF), Blancco (XML), hdparm, nvme-cli."""
