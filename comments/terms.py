"""The terms of commenting: which version holds now.

The text stands in templates/comments/terms_id.html and terms_en.html. Whoever changes what it
means gives it a new VERSION: readers then accept it before their next comment.
"""

from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"
# As readers say it.
VERSION_NAME = _("November 2026")
