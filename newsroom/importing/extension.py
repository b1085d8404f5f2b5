"""Takes back what our own export adds to WordPress's: see docs/importing.md for its words."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from articles import holding
from articles.models import (
    Article,
    ArticlePhoto,
    Attendance,
    Byline,
    Correction,
    Coverage,
    IdentityJudgement,
    Instalment,
    LiveEntry,
    Organisation,
    OrganisationAlias,
    Page,
    Person,
    PersonAlias,
    Photo,
    Place,
    Post,
    Publication,
    Redirect,
    RelatedArticle,
    StoryThread,
    Tenure,
)
from articles.people import identity, offices

from .context import Context, extension_key
from .ledger import Kind, Standing
from .library import TextPictures
from .records import ExtensionRecord, TextRecord, digest_of
from .rows import row_data, values_of

_IMAGE = re.compile(r'(<img\b[^>]*?\ssrc=")([^"]*)(")')
# How a row that was entered here too is recognised, when it has no key of its own.
_SAME_ROW: dict[type[models.Model], tuple[str, ...]] = {
    Place: ("parent_id", "kind", "name"),
    Organisation: ("slug", "name"),
    Person: ("slug", "name"),
    Post: ("organisation_id", "title"),
    Tenure: ("person_id", "post_id", "kind", "started_on"),
}
_ROWS: dict[str, type[models.Model]] = {model._meta.model_name or "": model for model in _SAME_ROW}
_ALIASES: dict[type[models.Model], type[models.Model]] = {
    Organisation: OrganisationAlias,
    Person: PersonAlias,
}
# A coverage counts what was imported once it is.
_UNCOUNTED = {"position": 0, "last_number": 0}
# These rows point at stories, so they come after all of them.
AFTER_STORIES = {"related", "redirect", "storythread"}


class Extension:
    """Writes rows from their `data`; what is here already is not written again."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def take(self, record: ExtensionRecord) -> None:
        """Import a row that only our own export carries. Raises ValueError when it cannot stand here."""
        special: dict[str, Callable[[ExtensionRecord], None]] = {
            "account": self._account,
            "identityjudgement": self._judgement,
            "publication": self._publication,
            "related": self._related,
            "redirect": self._redirect,
            "storythread": self._thread,
        }
        if record.kind in special:
            special[record.kind](record)
        elif record.kind in _ROWS:
            self._row(_ROWS[record.kind], record)
        else:
            self._context.report.problem(record.label, _("Rows of this kind are not known here."))

    def fill_article(self, article: Article, record: TextRecord) -> None:
        """Give the story all columns that its own export has; they win over what WordPress has."""
        if record.data is not None:
            values = values_of(Article, record.data.get("row", {}), self._context.resolve)
            values.pop("body", None)
            _set(article, values)

    def fill_page(self, page: Page, record: TextRecord) -> None:
        if record.data is not None:
            values = values_of(Page, record.data.get("row", {}), self._context.resolve)
            values.pop("body", None)
            _set(page, values)

    def fill_rows(self, article: Article, record: TextRecord) -> None:
        """Write the lines that belong to a story: who signs, its photos, its register, its corrections."""
        data = record.data or {}
        article.attendances.all().delete()
        self._hold_people(data.get("attendances", []))
        for name, model in (
            ("bylines", Byline),
            ("photos", ArticlePhoto),
            ("attendances", Attendance),
        ):
            for line in data.get(name, []):
                try:
                    values = values_of(model, line, self._context.resolve)
                except ValueError as error:
                    # A photo whose file was not given, for one: the story comes in without it.
                    self._context.report.problem(
                        record.label, _("A line was left out: %(error)s") % {"error": error}
                    )
                    continue
                if model is Attendance:
                    self._drop_foreign_tenure(values)
                model.objects.create(article=article, **values)
        for line in data.get("corrections", []):
            values = values_of(Correction, line, self._context.resolve)
            # Their words never change, so what is there already is the same one.
            same = article.corrections.filter(text=values["text"], created_at=values["created_at"])
            if (known := same.first()) is None:
                article.corrections.create(**values)
            elif values.get("held_why") and not known.held_why:
                # Held back there since; what is held back here stays so whatever comes.
                holding.hold(known, why=values["held_why"], by=None)
        for held in article.corrections.exclude(held_why=""):
            holding.hold_notice(held)
        self._live(article, record)

    def _live(self, article: Article, record: TextRecord) -> None:
        """The live coverage. Entries are never deleted: where there are some already, these stay."""
        data = record.data or {}
        if "coverage" not in data:
            return
        values = values_of(Coverage, data["coverage"], self._context.resolve)
        Coverage.objects.get_or_create(article=article, defaults={**values, **_UNCOUNTED})
        coverage = Coverage.objects.select_for_update(no_key=True).get(article=article)
        if coverage.entries.exists():
            # It goes on here: the numbers of both would meet.
            return
        # Whoever has its page open asks what came after this: everything that is imported.
        before = coverage.position
        coverage.position = before + (values.get("position") or 0)
        coverage.last_number = values.get("last_number") or 0
        coverage.save(update_fields=["position", "last_number"])
        for line in data.get("live_entries", []):
            try:
                values = values_of(LiveEntry, line, self._context.resolve)
            except ValueError as error:
                self._context.report.problem(
                    record.label, _("A line was left out: %(error)s") % {"error": error}
                )
                continue
            if values.get("photo_id") is None:
                values["caption"] = ""
            values["position"] = before + (values.get("position") or 0)
            coverage.entries.create(**values)

    @staticmethod
    def _drop_foreign_tenure(values: dict[str, Any]) -> None:
        """An office of somebody who was merged there, and is not yet or not here, is left out.

        What the register prints stays.
        """
        if values.get("tenure_id") is None:
            return
        people = Person.objects.filter(
            Q(tenures=values["tenure_id"]) | Q(pk=values.get("person_id"))
        )
        if len({offices.root_of(person) for person in people}) > 1:
            values["tenure_id"] = None

    def _hold_people(self, lines: list[dict[str, Any]]) -> None:
        """Keep whoever stands in the register from being merged while it is written."""
        keys = (line.get(name) for line in lines for name in ("person", "represents_person"))
        identity.hold([self._context.resolve(Person, str(key)) for key in keys if key is not None])

    def body(self, record: TextRecord, pictures: TextPictures) -> str:
        """The text as it was, with its pictures where they are now."""
        data = record.data or {}
        find = pictures.as_pictures().find

        def here(match: re.Match[str]) -> str:
            address = unescape(match[2])
            picture = find(address, "")
            if picture is None:
                own = "/" + address.partition(f"{settings.MEDIA_URL}")[2]
                storage = Photo._meta.get_field("image").storage
                if len(own) > 1 and storage.exists(own[1:]):
                    return match[1] + escape(settings.MEDIA_URL + own[1:]) + match[3]
                self._context.report.problem(
                    record.label,
                    _("The picture %(address)s is not in the library and was left out.")
                    % {"address": address},
                )
                return match[0]
            return match[1] + escape(picture.url) + match[3]

        return _IMAGE.sub(here, str(data.get("row", {}).get("body", record.body)))

    # Rows

    def _row(self, model: type[models.Model], record: ExtensionRecord) -> None:
        ledger, data = self._context.ledger, record.data or {}
        key = extension_key(record.kind, record.key)
        digest = record.digest()
        item = ledger.get(Kind.EXTENSION, key)
        standing = ledger.standing(item, digest)
        if standing is Standing.UNCHANGED:
            return
        values = values_of(model, data, self._context.resolve)
        if item is None:
            same = {name: values.get(name) for name in _SAME_ROW[model]}
            claimed = ledger.object_ids(Kind.EXTENSION).filter(key__startswith=f"{record.kind} ")
            row = model._default_manager.filter(**same).exclude(pk__in=claimed).first()
            is_ours = row is None
            if row is None:
                row = model(**values)
                row.save()
                self._aliases(row, data)
            ledger.remember(
                Kind.EXTENSION, key, row.pk, digest, state=_state(row) if is_ours else ""
            )
            return
        row = model._default_manager.filter(pk=item.object_id).first()
        if row is None or item.state != _state(row):
            reason = _("It was edited or deleted here since and stays as it is.")
            self._context.report.problem(record.label, reason)
            return
        _set(row, values)
        row.save()
        self._aliases(row, data)
        ledger.update(item, digest, _state(row))

    def _aliases(self, row: models.Model, data: dict[str, Any]) -> None:
        aliases = _ALIASES.get(type(row))
        if aliases is not None:
            owner = {row._meta.model_name or "": row}
            for name in data.get("aliases", []):
                aliases._default_manager.get_or_create(**owner, name=name)

    def _account(self, record: ExtensionRecord) -> None:
        """Somebody whose name stands in the history: an account that nobody can sign in with."""
        accounts = get_user_model()
        data = record.data or {}
        if not accounts.objects.filter(email__iexact=data.get("email", "")).exists():
            account = accounts.objects.create_user(
                data.get("email", ""), name=data.get("name", ""), is_active=False
            )
            account.language = data.get("language", account.language)
            account.save()

    def _judgement(self, record: ExtensionRecord) -> None:
        """Who is who, as it was judged there; what was judged otherwise here stays."""
        values = values_of(IdentityJudgement, record.data or {}, self._context.resolve)
        try:
            identity.take_in(IdentityJudgement(**values))
        except identity.Refused as refused:
            self._context.report.problem(record.label, str(refused))

    def _publication(self, record: ExtensionRecord) -> None:
        if not Publication.objects.exists():
            Publication.objects.create(
                **values_of(Publication, record.data or {}, self._context.resolve)
            )

    def _related(self, record: ExtensionRecord) -> None:
        data = record.data or {}
        number = self._context.resolve(Article, record.key)
        if number is None or RelatedArticle.objects.filter(article_id=number).exists():
            return
        for line in data.get("related", []):
            other = self._context.resolve(Article, str(line.get("related")))
            if other is not None:
                RelatedArticle.objects.create(
                    article_id=number, related_id=other, position=line.get("position", 0)
                )

    def _thread(self, record: ExtensionRecord) -> None:
        """A thread with its stories; what an editor has made of it here since stays."""
        data = dict(record.data or {})
        stories = data.pop("stories", [])
        values = values_of(StoryThread, data, self._context.resolve)
        known = StoryThread.objects.filter(
            Q(slug=values["slug"]) | Q(name__iexact=values["name"])
        ).first()
        thread = known or StoryThread.objects.create(**values)
        for line in stories:
            number = self._context.resolve(Article, str(line.pop("story", "")))
            if number is None or Instalment.objects.filter(article=number).exists():
                continue
            told = values_of(Instalment, line, self._context.resolve)
            Instalment.objects.create(thread=thread, article_id=number, **told)

    def _redirect(self, record: ExtensionRecord) -> None:
        report = self._context.report
        values = values_of(Redirect, record.data or {}, self._context.resolve)
        known = Redirect.objects.filter(path=values.get("path", "")).first()
        if known is None:
            Redirect.objects.create(**values)
            report.imported("redirects")
        elif all(getattr(known, name) == value for name, value in values.items()):
            report.unchanged("redirects")
        else:
            report.skipped(
                "redirects", record.label, _("This address leads to something else already.")
            )


def _set(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _state(row: models.Model) -> str:
    return digest_of(row_data(row))
