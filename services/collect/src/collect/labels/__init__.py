"""Labels: one sheet on its page, the rest as PDF made by the worker."""
