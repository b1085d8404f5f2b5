"""Pixels, without Django: what a file of somebody else shows, and pictures cut and written from it.

Everything here runs in a process of its own (`python -m articles.pictures`, started by
`articles.photos.workshop`) with a limit of memory and time: a file that crashes a decoder, or makes
it ask for all there is, ends that process and nothing else.
"""
