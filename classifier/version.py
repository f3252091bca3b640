"""The version of the package; the model carries its own."""

__version__ = "0.4.0"
