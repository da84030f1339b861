"""A Sphinx extension: what fills the book, read off the stored notebooks."""

from coursebook.glue import setup

__all__ = ["setup"]
