"""What the scripts of the photo rows say, in the person's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def photo_words() -> dict[str, str]:
    """Sentences by the name that desk/photos.js and desk/library.js have for them.

    `%s` stands for a number or for the name of a file.
    """
    return {
        "waiting": _("Waits for its turn"),
        "sending": _("%s per cent sent"),
        "finishing": _("All sent; the picture is being read …"),
        "held": _(
            "All sent, but photos cannot be stored just now. It is tried again by itself; the text can be saved "
            "without waiting."
        ),
        "lost": _("No connection. It goes on by itself where it stopped."),
        "signedOut": _(
            "You are signed out. Sign in again in another window; the photos then go on by themselves."
        ),
        "otherUser": _("Somebody else has signed in on this device. Open the story anew."),
        "forbidden": _("You may not send photos any more. Your text stays here."),
        "failed": _("The server could not take this photo. Try again."),
        "unreadable": _("This file cannot be read any more: choose it again."),
        "again": _("Try again"),
        "chooseAgain": _("This photo has not arrived completely. Choose it again."),
        "twice": _("%s stands in the story already."),
        "progress": _("%s of %s photos are there."),
        "allThere": _("All photos are there."),
        "someRefused": _("%s cannot be used; see the rows."),
        "holding": _("Photos are still being sent. The story is saved as soon as they are there."),
        "saveWithout": _("Save without them now"),
        "keepWaiting": _("Go on writing"),
        "noneFound": _("No photo with these words."),
        "silent": _("The library does not answer. Try again."),
        "put": _("Put into the story (%s)"),
        "noCredit": _("no credit yet"),
    }
