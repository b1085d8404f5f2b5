"""What is kept of people, why, how long, and by which function it is let go. `/privasi/` prints this table.

The periods are settings, together in one place of `newsroom/settings.py`. A model that is neither in the table nor
named in NOT_PERSONAL makes a test fail: who adds one says here what it keeps of whom.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts import devices, doors
from accounts import limits as of_doors
from accounts.adapter import READERS_SESSION
from ads import retention as of_ads
from articles import keeping, presence, uploads
from auditlog import chain
from comments import retention as of_comments
from newsletter import retention as of_newsletter
from newsletter.subscribing import CONFIRM_WITHIN
from pagecache.keeper import KEPT_SECONDS
from pagecache.models import Notice
from replies import cases as of_replies

from .. import mail
from ..watch import jobs

Words = str | Promise
# Of rows that one statement deletes.
CHUNK = 5000


@dataclass(frozen=True)
class Kind:
    """A line of the table.

    Attributes:
        data: what of a person is in it.
        period: how long, in words; asked when it is printed, since it is a setting.
        models: "app.Model" of all that it is kept in.
        forget: lets go of what is older, in bounded steps, and returns how much went; None where nothing goes by
            itself.
        is_hourly: let go each hour and not each night.
    """

    key: str
    name: Words
    data: Words
    why: Words
    period: Callable[[], Words]
    models: tuple[str, ...] = ()
    forget: Callable[[], int] | None = None
    is_hourly: bool = False


def days(setting: str) -> Callable[[], str]:
    def words() -> str:
        number = getattr(settings, setting)
        return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}

    return words


def hours(number: Callable[[], int]) -> Callable[[], str]:
    return lambda: ngettext("%(number)d hour", "%(number)d hours", number()) % {"number": number()}


def always(words: Words) -> Callable[[], Words]:
    return lambda: words


def _before(setting: str) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=getattr(settings, setting))


def forget_audit_log() -> int:
    return chain.forget(_before("AUDIT_LOG_KEPT_DAYS"))


def forget_sessions() -> int:
    """Those that have run out, in steps: Django's own does it in one statement."""
    model = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    return _in_steps(model.objects.filter(expire_date__lt=timezone.now()))


def forget_limits() -> int:
    """What the counters of attempts hold is over; Django leaves it there until the table is full."""
    table = connection.ops.quote_name(settings.CACHES["database"]["LOCATION"])
    total = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"DELETE FROM {table} WHERE cache_key IN"
                f" (SELECT cache_key FROM {table} WHERE expires < now() LIMIT {CHUNK})"
            )
            if cursor.rowcount < 1:
                return total
            total += cursor.rowcount


def forget_notices() -> int:
    """A day longer than anything is kept: who reads the log from its beginning misses nothing that still matters."""
    kept = datetime.timedelta(seconds=KEPT_SECONDS, days=1)
    return _in_steps(Notice.objects.filter(at__lt=timezone.now() - kept))


def _in_steps(rows: Any) -> int:
    total = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:CHUNK]):
        rows.model._base_manager.filter(pk__in=keys).delete()
        total += len(keys)
    return total


# In the order of the page: what readers leave, what the desk leaves, what the machine needs.
TABLE: tuple[Kind, ...] = (
    Kind(
        "views",
        _("Single views and clicks"),
        _("Page, time, kind of device, a random number that holds for one visit to one page"),
        _("To count readers and advertisements honestly"),
        days("EVENTS_KEPT_DAYS"),
        ("ads.Event",),
        lambda: len(of_ads.forget()),
    ),
    Kind(
        "accounts",
        _("Accounts of readers"),
        _("E-mail address, name, choices, the version of the terms that was agreed to and when"),
        _("To sign in and to comment"),
        always(_("until the owner deletes the account")),
        ("accounts.User", "account.EmailAddress", "account.EmailConfirmation", "comments.Reader"),
    ),
    Kind(
        "unproven",
        _("Addresses that were typed and never proved"),
        _("E-mail address"),
        _("To send the code that proves it"),
        hours(lambda: int(doors.UNPROVEN_FOR.total_seconds() // 3600)),
        ("accounts.User", "account.EmailAddress"),
        doors.forget_unproven,
    ),
    Kind(
        "sessions",
        _("Browsers that are signed in"),
        _(
            "A random number and the account's number; of the staff also browser, network address and time"
        ),
        _(
            "So that nobody signs in anew with each page, and the staff see where they are signed in"
        ),
        lambda: (
            _("%(readers)d days for readers, %(staff)d days for the staff, or until signing out")
            % {"readers": READERS_SESSION // 86400, "staff": settings.SESSION_COOKIE_AGE // 86400}
        ),
        ("accounts.Session",),
        forget_sessions,
        is_hourly=True,
    ),
    Kind(
        "devices",
        _("Browsers that the staff have signed in with"),
        _("A random number and the account's number"),
        _("To tell somebody who works here of a sign-in with another one"),
        lambda: _("%(days)d days after the last sign-in") % {"days": devices.COOKIE_DAYS},
        ("accounts.Device",),
        devices.forget_old,
    ),
    Kind(
        "factors",
        _("Second factors of the staff"),
        _("The sealed secret of an app, or the public key of a device, and when it was used last"),
        _("So that a password alone opens nothing"),
        always(_("until it is taken off or the account ends")),
        ("mfa.Authenticator",),
    ),
    Kind(
        "tries",
        _("Counted tries at the door of the desk"),
        _("Fingerprint of an address or the network address, and a number"),
        _("Against guessing"),
        always(_("one day at most")),
        ("accounts.Tries",),
        of_doors.forget_old,
        is_hourly=True,
    ),
    Kind(
        "limits",
        _("Counters of attempts"),
        _("Network address or fingerprint of an address, and a number"),
        _("Against floods and guessing"),
        always(_("one day at most")),
        (),
        forget_limits,
        is_hourly=True,
    ),
    Kind(
        "comments",
        _("Comments, reports and decisions about them"),
        _(
            "Text, the name shown, the account's number, earlier versions, reports and what was decided"
        ),
        _("To show the conversation, and as evidence that the press guidelines ask for"),
        always(
            _(
                "as long as the story is public; without text, name and account once its author "
                "deletes them"
            )
        ),
        (
            *("comments.Comment", "comments.CommentVersion", "comments.ModerationEvent"),
            *("comments.Screening", "comments.Report"),
        ),
    ),
    Kind(
        "networks",
        _("Networks that comments came from"),
        _("A fingerprint from which no address can be read"),
        _("To recognise a flood of advertising"),
        days("COMMENT_NETWORKS_KEPT_DAYS"),
        ("comments.Comment",),
        of_comments.forget,
    ),
    Kind(
        "bans",
        _("Bans"),
        _("Fingerprint of the e-mail address, reason, times"),
        _("So that signing up anew is no way around a ban"),
        always(_("as long as the ban is in force, then as evidence")),
        ("comments.Ban",),
    ),
    Kind(
        "subscriptions",
        _("Subscriptions of the newsletter"),
        _("E-mail address, sections, when and by which form it was asked for and confirmed"),
        _("To send the newsletter, and as proof of consent"),
        always(_("until unsubscribing")),
        ("newsletter.Subscriber",),
    ),
    Kind(
        "unconfirmed",
        _("Subscriptions that nobody confirmed"),
        _("E-mail address"),
        _("To send the letter that asks for consent"),
        hours(lambda: int(CONFIRM_WITHIN.total_seconds() // 3600)),
        ("newsletter.Subscriber",),
        of_newsletter.forget_unconfirmed,
    ),
    Kind(
        "proofs",
        _("Proof of ended subscriptions"),
        _("Fingerprint of the e-mail address, times"),
        _("As proof that somebody had agreed and has left"),
        days("NEWSLETTER_PROOFS_KEPT_DAYS"),
        ("newsletter.Subscriber",),
        of_newsletter.forget_proofs,
    ),
    Kind(
        "deliveries",
        _("Which letter of the newsletter went where"),
        _("Subscription, issue, time, outcome"),
        _("For whoever asks where theirs is"),
        days("NEWSLETTER_DELIVERIES_KEPT_DAYS"),
        ("newsletter.Delivery",),
        of_newsletter.forget_deliveries,
    ),
    Kind(
        "letters",
        _("Copies of letters that went out"),
        _("E-mail address, subject; the text only until it is sent"),
        _("To send again what did not arrive"),
        days("LETTERS_KEPT_DAYS"),
        ("newsroom.OutgoingMail",),
        mail.forget_old,
    ),
    Kind(
        "replies",
        _("Requests for a right of reply"),
        _("Name, contact, in which capacity, what is wrong and what was wanted"),
        _("To answer, and to show later how it was answered"),
        lambda: _("%(days)d days after the answer") % {"days": settings.REPLY_REQUESTS_KEPT_DAYS},
        ("replies.Request", "replies.Step"),
        of_replies.forget,
    ),
    Kind(
        "stories",
        _("People in stories"),
        _("Names, offices and deeds in public life, photos, bylines, corrections"),
        _("Journalism under the Press Law; the archive of the paper"),
        always(_("for good; what is wrong is corrected in the open")),
        (
            *("articles.Article", "articles.Revision", "articles.Correction", "articles.Photo"),
            *("articles.ArticlePhoto", "articles.Author", "articles.Byline", "articles.Attendance"),
            *("articles.Person", "articles.PersonAlias", "articles.Tenure", "articles.Appearance"),
            *("articles.LiveEntry", "articles.LiveRecord", "articles.MentionVerdict"),
            *("articles.IdentityJudgement", "articles.DuplicatePair"),
            *("articles.IdentityLeak", "articles.VersionHold"),
        ),
    ),
    Kind(
        "advertisers",
        _("Advertisers and their bookings"),
        _("Name, contact, what was booked and approved by whom"),
        _("Contracts and bookkeeping"),
        always(_("as long as the law on bookkeeping asks for, ten years")),
        (
            *("ads.Advertiser", "ads.Campaign", "ads.Record", "ads.ReportLink", "ads.Creative"),
            *("ads.Flight", "ads.PaidStory"),
        ),
    ),
    Kind(
        "unsaved",
        _("Texts of the desk that were never saved"),
        _("What a member of the staff typed"),
        _("So that no text is lost with a line"),
        days("UNSAVED_TEXTS_KEPT_DAYS"),
        ("articles.KeptText",),
        keeping.sweep,
    ),
    Kind(
        "late",
        _("Saves that came too late"),
        _("What a member of the staff typed"),
        _("Until its writer has decided"),
        days("LATE_SAVES_KEPT_DAYS"),
        ("articles.LateSave",),
        keeping.sweep_late_saves,
    ),
    Kind(
        "presence",
        _("Who has which form open"),
        _("Account, story, time"),
        _("So that two people do not write over one another"),
        always(_("one day at most")),
        ("articles.Presence",),
        presence.sweep,
        is_hourly=True,
    ),
    Kind(
        "uploads",
        _("Photos that arrived in part"),
        _("Pieces of a picture"),
        _("So that a broken line does not begin from nothing"),
        hours(lambda: settings.UPLOADS_KEPT_HOURS),
        (),
        uploads.sweep,
        is_hourly=True,
    ),
    Kind(
        "audit",
        _("Audit log of the desk"),
        _("Who of the staff did what, when, and from which network address; readers as a number"),
        _("To find out what happened, and so that nobody can hide it"),
        days("AUDIT_LOG_KEPT_DAYS"),
        ("auditlog.Entry", "auditlog.Anchor"),
        forget_audit_log,
    ),
    Kind(
        "jobs",
        _("Jobs of the server that have ended"),
        _("Numbers of rows, seldom more"),
        _("To see why something failed"),
        lambda: (
            _("%(ended)d days, failed ones %(failed)d days")
            % {"ended": settings.JOBS_KEPT_DAYS, "failed": settings.FAILED_JOBS_KEPT_DAYS}
        ),
        (
            *("newsroom.JobFailure", "procrastinate.ProcrastinateJob"),
            *("procrastinate.ProcrastinateEvent", "procrastinate.ProcrastinatePeriodicDefer"),
        ),
        jobs.forget_ended,
    ),
    Kind(
        "notices",
        _("Notices about pages that changed"),
        pgettext_lazy("personal data", "none"),
        _("So that no page is shown that is out of date"),
        hours(lambda: KEPT_SECONDS // 3600 + 24),
        ("pagecache.Notice",),
        forget_notices,
    ),
    Kind(
        "backups",
        _("Backups"),
        _("All of the above, as it was on that day; sealed where a key is set"),
        _("To restore the site; what readers had erased meanwhile is erased again"),
        lambda: (
            _("one for each of %(days)d days, %(weeks)d weeks and %(months)d months")
            % {
                "days": settings.BACKUPS_KEPT_DAILY,
                "weeks": settings.BACKUPS_KEPT_WEEKLY,
                "months": settings.BACKUPS_KEPT_MONTHLY,
            }
        ),
    ),
)
