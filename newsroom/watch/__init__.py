"""Watching over a running installation: logs, figures, jobs, and who is told of a fault.

Nothing here is on the way of a page that is kept: what counts those is an integer in the page cache.
"""
