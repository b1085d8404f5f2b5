"""Requests for a right of reply or a correction: the public form, the case, its answer."""
