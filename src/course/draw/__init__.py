"""Figures of the course that are not about recordings, one module per notebook."""
