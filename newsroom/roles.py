"""Who may do what, as a table. Synced to Django's groups after every migration.

A role is a group of the same name; a person may have several. `*` before a model stands for
add, change and view. Nobody may delete a story: it is withdrawn, in the open.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

WRITE = ("add", "change", "view")
READ = ("view",)

_reporter: dict[str, tuple[str, ...]] = {
    "articles.article": WRITE,
    "articles.articlephoto": (*WRITE, "delete"),
    "articles.byline": (*WRITE, "delete"),
    "articles.attendance": (*WRITE, "delete"),
    "articles.relatedarticle": (*WRITE, "delete"),
    "articles.photo": ("add", "view"),
    "articles.tag": ("add", "view"),
    "articles.person": ("add", "view"),
    "articles.organisation": ("add", "view"),
    "articles.post": READ,
    "articles.tenure": READ,
    # Who is who is looked at by everybody who writes, and judged by editors.
    "articles.identityjudgement": READ,
    "articles.section": READ,
    "articles.place": READ,
    "articles.author": READ,
    "articles.revision": READ,
    "articles.correction": READ,
    # Editors say which stories follow one another.
    "articles.storythread": READ,
    # Who meets a village's name first teaches it to the copy desk, for all; who added a word
    # stands beside it, and editors remove it. The table of wrong forms is the editors'.
    "articles.ownword": ("add", "view"),
    "articles.wrongform": READ,
}
_moderator: dict[str, tuple[str, ...]] = {
    "comments.comment": READ,
    "comments.moderationevent": READ,
    "comments.report": READ,
    "comments.screening": READ,
    "comments.ban": ("add", "view"),
    "comments.word": (*WRITE, "delete"),
    "comments.policy": READ,
}
_editor = _reporter | {
    "comments.comment": READ,
    "comments.discussion": WRITE,
    "articles.photo": WRITE,
    "articles.tag": WRITE,
    "articles.person": WRITE,
    "articles.personalias": (*WRITE, "delete"),
    "articles.organisation": WRITE,
    "articles.organisationalias": (*WRITE, "delete"),
    "articles.post": WRITE,
    "articles.tenure": (*WRITE, "delete"),
    # Whoever adds a judgement may undo one; the door is articles/people/identity.py.
    "articles.identityjudgement": ("add", "view"),
    "articles.place": WRITE,
    "articles.author": WRITE,
    "articles.page": WRITE,
    # Of one that is there, whether readers may read its words.
    "articles.correction": WRITE,
    "articles.versionhold": WRITE,
    "articles.storythread": WRITE,
    "articles.instalment": (*WRITE, "delete"),
    "articles.checkrule": READ,
    "articles.redirect": (*WRITE, "delete"),
    "articles.ownword": ("add", "view", "delete"),
    "articles.wrongform": WRITE,
    # Both are only added to; the door is articles/front.
    "articles.frontlayout": ("add", "view"),
    "articles.breakingnews": ("add", "view"),
    # Who subscribes is the chief editor's; the door is newsletter/issues.py.
    "newsletter.issue": READ,
    # The door is replies/cases.py.
    "replies.request": READ,
    "newsletter.newsletter": READ,
}
# Nothing about money is deleted, by anybody.
_ads: dict[str, tuple[str, ...]] = {
    "ads.advertiser": WRITE,
    "ads.campaign": WRITE,
    "ads.flight": WRITE,
    "ads.creative": WRITE,
    "ads.paidstory": WRITE,
    "ads.placement": ("change", "view"),
    # The brakes are the newsroom's, and whoever sells does not loosen them.
    "ads.category": READ,
    "ads.silenceperiod": READ,
    "ads.reportlink": WRITE,
    "ads.proof": WRITE,
    "ads.record": READ,
}
_ad_desk = _ads | {
    "articles.article": READ,
    "articles.section": READ,
    "articles.tag": READ,
    "articles.place": READ,
    "articles.person": READ,
    "articles.organisation": READ,
}
_chief_editor = (
    _editor
    | _moderator
    | dict.fromkeys(_ads, READ)
    | {
        # Of a campaign the category alone, see its form.
        "ads.campaign": ("change", "view"),
        "ads.category": WRITE,
        "ads.silenceperiod": WRITE,
        "comments.policy": WRITE,
        "articles.section": WRITE,
        "articles.publication": ("change", "view"),
        "articles.versionhold": (*WRITE, "delete"),
        "articles.checkrule": ("change", "view"),
        "accounts.user": WRITE,
        "newsletter.newsletter": ("change", "view"),
        "newsletter.subscriber": ("change", "view"),
        "auth.group": READ,
        "auditlog.entry": READ,
    }
)

# Role: (name on the desk, what it may do with rows, what else it may do)
ROLES: dict[str, tuple[Any, dict[str, tuple[str, ...]], tuple[str, ...]]] = {
    "reporter": (_("Reporter"), _reporter, ("articles.submit_article", "articles.write_live")),
    "editor": (
        _("Editor"),
        _editor,
        (
            "articles.submit_article",
            "articles.change_any_article",
            "articles.review_article",
            "articles.publish_article",
            "articles.write_live",
            "articles.lead_live",
            "articles.request_withdrawal",
            "comments.pin_comment",
            "newsletter.edit_issue",
            "replies.answer_request",
        ),
    ),
    "chief_editor": (
        _("Chief editor"),
        _chief_editor,
        (
            "articles.submit_article",
            "articles.change_any_article",
            "articles.review_article",
            "articles.publish_article",
            "articles.write_live",
            "articles.lead_live",
            "articles.request_withdrawal",
            "articles.withdraw_article",
            "comments.moderate_comment",
            "comments.pin_comment",
            "newsletter.edit_issue",
            "replies.answer_request",
            "newsroom.watch_site",
        ),
    ),
    "moderator": (
        _("Moderator"),
        _moderator | {"articles.article": READ},
        ("comments.moderate_comment",),
    ),
    "ad_desk": (_("Advertising desk"), _ad_desk, ("ads.book_flight",)),
}


def permissions_of(role: str) -> set[str]:
    """All permissions of a role as "app.codename". Raises KeyError for an unknown role."""
    _name, rows, more = ROLES[role]
    on_rows = {
        f"{model.split('.')[0]}.{action}_{model.split('.')[1]}"
        for model, actions in rows.items()
        for action in actions
    }
    return on_rows | set(more)


def sync_groups(**kwargs: Any) -> None:
    """Make one group per role, holding exactly the table's permissions.

    Runs after every migration, once all apps have their permissions; a permission that the
    table names and no model has raises LookupError, so that a typing error cannot pass.
    """
    from django.apps import apps as installed
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for app in installed.get_app_configs():
        create_permissions(app, verbosity=0)
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role in ROLES:
        wanted = permissions_of(role)
        if missing := wanted - known.keys():
            raise LookupError(f"The role {role} names unknown permissions: {sorted(missing)}")
        group, _created = Group.objects.get_or_create(name=role)
        group.permissions.set(known[name] for name in wanted)
