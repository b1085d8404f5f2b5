"""The demo's requests for a right of reply: one that came in just now, and one that an editor looks into."""

from __future__ import annotations

from accounts.models import User
from articles.models import Article
from replies import cases
from replies.choices import Capacity, Case
from replies.models import Request

from .accounts import DOMAIN


def load_replies(users: dict[str, User], articles: dict[str, Article]) -> None:
    """Both by the door of the form."""
    _ask(
        articles["007-harga-ikan-labuangpute"],
        name="Sitti Hawang",
        capacity=Capacity.INSTITUTION,
        email=f"sekretariat@perikanan.{DOMAIN}",
        phone="0411 555 0142",
        wrong="Berita menyebut harga ikan di pelelangan, padahal angka itu harga di tingkat pengecer.",
        wanted="Mohon dimuat penjelasan dinas tentang perbedaan kedua harga itu.",
    )
    examined = _ask(
        articles["045-wisuda-untom"],
        name="Muh. Arsyad",
        capacity=Capacity.READER,
        email=f"arsyad@pembaca.{DOMAIN}",
        phone="",
        wrong="Gelar rektor pada alinea kedua tidak sesuai dengan surat undangan wisuda.",
        wanted="Perbaikan gelar.",
    )
    cases.move(examined, Case.EXAMINED, by=users["editor"])


def _ask(article: Article, **told: str) -> Request:
    return cases.receive(article=article, story=article.get_absolute_url(), **told)
