"""New models of care as code: a place runs a blueprint; a programme learns from many places."""

__version__ = "0.1.0"
