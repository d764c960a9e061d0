"""Readers of received files. Each gives SQL of the file's rows in one shape, with true line numbers."""
