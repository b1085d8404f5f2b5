"""Newsroom: the composition root, where the apps meet."""
