"""What the composition root keeps for itself: which item of which import became which row."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ImportedItem(models.Model):
    """An item of another system that was taken over, and what it became here.

    It lets an import be run again: an item whose `digest` is known is unchanged, one whose row
    no longer has the `state` that the import left was edited here and is never overwritten.
    """

    class Kind(models.TextChoices):
        ARTICLE = "article", _("story")
        PAGE = "page", _("page")
        COMMENT = "comment", _("comment")
        AUTHOR = "author", _("author")
        SECTION = "section", _("section")
        TAG = "tag", _("tag")
        MEDIA = "media", _("photo")
        # Rows that only our own export carries: people, offices, places, accounts, …
        EXTENSION = "extension", _("other row")

    source = models.CharField(
        _("from"), max_length=200, help_text=_("The address of the site it came from.")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(_("number there"), max_length=200)
    # The row here; its table follows from the kind, and for extensions from the key. Not a
    # foreign key: what was deleted here must stay known, or it would come back.
    object_id = models.BigIntegerField(_("number here"))
    digest = models.CharField(max_length=64)
    # Fingerprints of earlier exports: meeting one of them again is no change.
    earlier_digests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    state = models.CharField(max_length=64, blank=True)
    # Only media: where the site served the file, and the item it belonged to.
    address = models.CharField(max_length=500, blank=True)
    parent = models.CharField(max_length=200, blank=True)
    imported_at = models.DateTimeField(_("taken over"), db_default=Now())

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "key"], name="newsroom_importeditem_unique"
            ),
        ]
        indexes = [
            # A picture in a text is looked up by its address, …
            models.Index(
                fields=["source", "address"],
                condition=models.Q(kind="media"),
                name="newsroom_imported_address_idx",
            ),
            # … and a gallery is all pictures of its story.
            models.Index(
                fields=["source", "parent"],
                condition=models.Q(kind="media") & ~models.Q(parent=""),
                name="newsroom_imported_parent_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.kind} {self.key}"
