"""That a device is recalled. A part of queries of slices below the recalls."""

IS_RECALLED = """EXISTS (
    SELECT 1 FROM recall_item b JOIN recall c ON c.id = b.recall_id
    WHERE b.device_id = i.device_id AND b.back_at IS NULL AND c.ended_at IS NULL)"""
"""Of a device (`i`), that it goes back to its workshop and nobody is given it."""
