"""Word lists. A word comes into force only from the page that tried it on old comments."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.admin.base import DeskAdmin

from .. import trial
from ..choices import WordList
from ..forms import ScoresForm, TrialForm, WordForm
from ..models import Policy, Word
from ..words import Term, key_of
from .acting import acting

# A trial is the ground for putting a rule into force; a day later it is another one.
TRIAL_AGE = 3600
_SALT = "comments.trial"


@admin.register(Word)
class WordAdmin(DeskAdmin):
    form = WordForm
    change_form_template = "admin/comments/word.html"
    change_list_template = "admin/comments/words.html"
    list_display = ["term", "list", "harsh", "force"]
    list_filter = ["is_active", "list"]
    search_fields = ["term__istartswith"]
    search_help_text = gettext_lazy("Beginning of a word")

    # In words: on a phone the cells stand without their headings.

    @admin.display(description=gettext_lazy("harsh"), ordering="is_harsh")
    def harsh(self, word: Word) -> str:
        return _("harsh") if word.is_harsh else ""

    @admin.display(description=gettext_lazy("in force"), ordering="is_active")
    def force(self, word: Word) -> str:
        return _("in force") if word.is_active else _("not in force")

    def save_model(self, request: HttpRequest, obj: Word, form: Any, change: bool) -> None:
        obj.key = key_of(obj.term)
        if not change:
            obj.created_by = request.user
        elif obj.is_active and {"term", "list"} & set(form.changed_data):
            # It is another rule now, which nobody has tried.
            obj.is_active = False
            messages.warning(
                request, _("“%(term)s” is out of force until it is tried again.") % {"term": obj}
            )
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("trial/", wrap(self.trial_view), name="comments_word_trial"),
            path("scores/", wrap(self.scores_view), name="comments_word_scores"),
            acting(self.admin_site, "force/", self.force_view, "comments_word_force"),
            acting(self.admin_site, "<int:pk>/rest/", self.rest_view, "comments_word_rest"),
            *super().get_urls(),
        ]

    def trial_view(self, request: HttpRequest) -> HttpResponse:
        """Words on the last 90 days. GET shows the form, filled in for `?word=`; POST looks."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        result = token = None
        if request.method == "POST":
            form = TrialForm(request.POST)
            if form.is_valid():
                values = form.cleaned_data
                is_blocking = values["list"] == WordList.BLOCK
                terms = [
                    Term(term, key_of(term), is_blocking, values["is_harsh"])
                    for term in values["terms"]
                ]
                result = trial.of_words(terms)
                token = signing.dumps(
                    {
                        "terms": values["terms"],
                        "list": values["list"],
                        "harsh": values["is_harsh"],
                        "by": request.user.pk,
                    },
                    salt=_SALT,
                )
        else:
            form = TrialForm(initial=self._initial(request))
        return self._answer(
            request,
            _("Try words on the last 90 days"),
            {"form": form, "result": result, "token": token, "kind": "words"},
        )

    def scores_view(self, request: HttpRequest) -> HttpResponse:
        """Other limits of the spam score on the last 90 days, beside the present ones."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        policy = Policy.current()
        present = {"hold_score": policy.hold_score, "spam_score": policy.spam_score}
        form = ScoresForm(request.POST if request.method == "POST" else None, initial=present)
        context: dict[str, Any] = {"form": form, "kind": "scores", "present": policy}
        if request.method == "POST" and form.is_valid():
            hold, spam = form.cleaned_data["hold_score"], form.cleaned_data["spam_score"]
            context |= {
                "holds": trial.of_scores(at_least=hold, below=spam),
                "holds_now": trial.of_scores(at_least=policy.hold_score, below=policy.spam_score),
                "spams": trial.of_scores(at_least=spam),
                "spams_now": trial.of_scores(at_least=policy.spam_score),
                "token": signing.dumps(
                    {"hold": hold, "spam": spam, "by": request.user.pk}, salt=_SALT
                ),
                "may_set": request.user.has_perm("comments.change_policy"),
            }
        return self._answer(request, _("Try spam scores on the last 90 days"), context)

    def force_view(self, request: HttpRequest) -> HttpResponse:
        """Put into force what was tried within the hour, exactly as it was tried."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            tried = signing.loads(request.POST.get("token", ""), salt=_SALT, max_age=TRIAL_AGE)
        except signing.BadSignature:
            tried = {}
        if tried.get("by") != request.user.pk:
            messages.error(request, _("Try the rule first; what was tried goes into force."))
            return HttpResponseRedirect(reverse("admin:comments_word_trial"))
        if "hold" in tried:
            return self._set_scores(request, tried)
        terms = tried["terms"]
        with transaction.atomic():
            for term in terms:
                Word.objects.update_or_create(
                    key=key_of(term),
                    defaults={
                        "term": term,
                        "list": tried["list"],
                        "is_harsh": tried["harsh"],
                        "is_active": True,
                    },
                    create_defaults={
                        "term": term,
                        "list": tried["list"],
                        "is_harsh": tried["harsh"],
                        "is_active": True,
                        "created_by": request.user,
                    },
                )
        told = ngettext("%(n)d word is in force.", "%(n)d words are in force.", len(terms)) % {
            "n": len(terms)
        }
        messages.success(request, told)
        return HttpResponseRedirect(reverse("admin:comments_word_changelist"))

    def _set_scores(self, request: HttpRequest, tried: dict[str, Any]) -> HttpResponse:
        if not request.user.has_perm("comments.change_policy"):
            raise PermissionDenied
        policy = Policy.current()
        policy.hold_score, policy.spam_score = tried["hold"], tried["spam"]
        policy.save()
        messages.success(request, _("The new scores are in force."))
        return HttpResponseRedirect(reverse("admin:comments_word_scores"))

    def rest_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a word out of force; it stays on the list."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        Word.objects.filter(pk=pk).update(is_active=False)
        messages.success(request, _("The word is out of force."))
        return HttpResponseRedirect(reverse("admin:comments_word_changelist"))

    @staticmethod
    def _initial(request: HttpRequest) -> dict[str, Any]:
        key = request.GET.get("word", "")
        known = key.isascii() and key.isdecimal() and len(key) < 19
        word = Word.objects.filter(pk=key).first() if known else None
        if word is None:
            return {}
        return {"terms": word.term, "list": word.list, "is_harsh": word.is_harsh}

    def _answer(self, request: HttpRequest, title: str, context: dict[str, Any]) -> HttpResponse:
        return TemplateResponse(
            request,
            "admin/comments/trial.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "most": trial.MOST,
                **context,
            },
        )

    def response_add(
        self, request: HttpRequest, obj: Word, post_url_continue: Any = None
    ) -> HttpResponse:
        """A new word is tried next."""
        messages.success(request, _("Kept. It comes into force once it was tried."))
        url = reverse("admin:comments_word_trial")
        return HttpResponseRedirect(f"{url}?word={obj.pk}")
