"""Labels printed again at the workshop, the label of the grade, and a device's sheet on paper."""
