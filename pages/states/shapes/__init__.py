"""The shape calculator: one layer, or a stack."""
