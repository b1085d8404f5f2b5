"""Why something was not done, in one sentence for the person who asked."""


class Refused(Exception):
    """What may not be done with the front page; `str()` is the reason, in the reader's language."""
