"""What the addresses of comments name, or Http404."""

from __future__ import annotations

import datetime

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles.models import Article

from ..choices import Order
from ..models import Comment


def story_at(year: int, month: int, day: int, slug: str) -> Article:
    """The story at an address, public or gone; also at one that it had before."""
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        raise Http404("No such day") from None
    stories = Article.objects.addressable().select_related("section", "place__parent")
    stories = stories.defer("body", "search")
    found = stories.filter(published_on=date, slug=slug).first()
    if found is None:
        path = reverse("articles:article", args=[f"{year:04}", f"{month:02}", f"{day:02}", slug])
        found = stories.filter(redirects__path=path).first()
    if found is None:
        raise Http404(f"No story {slug} on {date}")
    return found


def public_story(pk: int) -> Article:
    """The story with that number, if the public sees it."""
    stories = Article.objects.published().select_related("section", "place__parent")
    return get_object_or_404(stories.defer("body", "search"), pk=pk)


def comment_with_story(pk: int) -> Comment:
    comments = Comment.objects.select_related("article__section", "article__place__parent")
    return get_object_or_404(comments.defer("article__body", "article__search"), pk=pk)


def shown_comment(pk: int) -> Comment:
    """A comment that readers see, with its story."""
    comment = comment_with_story(pk)
    if not comment.is_shown or not comment.article.is_published:
        raise Http404("No such comment")
    return comment


def own_comment(request: HttpRequest, pk: int) -> Comment:
    """A comment of whoever is signed in; others do not learn that it is there."""
    comment = comment_with_story(pk)
    if not request.user.is_authenticated or comment.author_id != request.user.pk:
        raise Http404("Not your comment")
    return comment


def answered(request: HttpRequest, article: Article) -> Comment | None:
    """The comment of the story that `?balas=` names; None without it.

    Whoever sends a text may answer one that was hidden meanwhile: the rules refuse it, and the
    form keeps the text. To everybody else a hidden comment is not there.
    """
    number = request.GET.get("balas", "")
    if not number:
        return None
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        raise Http404("Malformed number")
    comments = Comment.objects.filter(article=article)
    if request.method != "POST":
        comments = comments.visible()
    return get_object_or_404(comments, pk=int(number))


def order_of(request: HttpRequest) -> Order:
    try:
        return Order(request.GET.get("urut", Order.NEWEST))
    except ValueError:
        raise Http404("No such order") from None
