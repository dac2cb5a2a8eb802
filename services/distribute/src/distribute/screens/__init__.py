"""Pages that show several slices: orders with their shipments, Relais with their handovers, stock with its demand."""
