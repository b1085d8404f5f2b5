"""Every change of what readers see of comments tells the page of which story it is on.

The figures of moderation are told by what they are counted from.
"""

from django.db import migrations

from pagecache.telling import tells

# What readers see of a comment that is listed, or of its empty place, or of the notice at its address.
COMMENT = (
    "id article_id parent_id path author_name is_by_staff body state created_at edits edited_at corrected_at"
    " is_reachable is_shown shown_replies is_listed pinned_as pinned_at"
).split()

TOLD = [
    tells(
        "comments_comment",
        "SELECT 'talk:' || article_id FROM touched WHERE is_listed OR state IN ('removed', 'erased')",
        COMMENT,
    ),
    tells("comments_discussion", "SELECT 'talk:' || article_id FROM touched"),
    tells("comments_policy", "SELECT 'talks' FROM touched"),
    tells("comments_moderationevent", "SELECT 'figures' FROM touched"),
    tells("comments_report", "SELECT 'figures' FROM touched"),
]


class Migration(migrations.Migration):
    replaces = [("comments", "0006_notices")]
    dependencies = [("comments", "0002_shown_by_the_database"), ("pagecache", "0001_initial")]
    operations = TOLD
