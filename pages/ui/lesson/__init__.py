"""A lesson page of one layer, and the parts that every lesson has."""
