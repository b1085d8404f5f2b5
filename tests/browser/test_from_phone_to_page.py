"""The main job, in a real browser: a reporter's phone, an editor, a reader.

The story is the one that the register was made for: a coordination meeting on the quality of
education with seven officials, a delegation and a group, quotes and two photos.
"""

from __future__ import annotations

import datetime
import io
import re
import zoneinfo
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from accounts.models import User
from articles.choices import PlaceKind
from articles.models import Article, Attendance, Person
from tests.browser.conftest import DESK, PHONE
from tests.factories import (
    AuthorFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceFactory,
    PostFactory,
    PublicationFactory,
    SectionFactory,
    TenureFactory,
    province,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "padi-menguning-1"
WITA = zoneinfo.ZoneInfo("Asia/Makassar")
HEADLINE = "Wakil Bupati Buka Rapat Koordinasi Mutu Pendidikan"
PARAGRAPHS = [
    "Wakil Bupati membuka rapat koordinasi peningkatan mutu pendidikan di Balai Daerah.",
    "“Sekolah harus dibenahi dari rapornya sendiri,” kata Andi Tenriola Patawari.",
    "Rapat ditutup dengan penandatanganan rencana aksi.",
]
# Name as typed, office as printed; whoever has no office typed is known to the newsroom.
OFFICIALS = [
    ("Hj. Andi Tenriola Patawari, S.Sos., M.Si.", ""),
    ("Hasnawiah Lantara", "Kepala Dinas Pendidikan Tompolangi"),
    ("Ridwan Suherman Labbiri", "Kepala BPMS Sulsel"),
    ("Kristina Sampe Rura", "Widyaprada Ahli Madya BPMS Sulsel"),
    ("Muh. Takdir Parewangi", "Sekretaris Dinas Pendidikan"),
    ("Nurlinda Baddu", "Kepala Bidang Pembinaan SMP"),
    ("Darmawati Sennang", "Kepala SMPN 1 Lappabatu"),
]


@pytest.fixture
def newsroom(transactional_db):
    """A small newsroom: who works there, where it is, and one official it knows."""
    PublicationFactory()
    staff = {}
    for role, name in (("reporter", "Rahma Nurdin"), ("editor", "Hasrullah Makmur")):
        staff[role] = User.objects.create_user(
            f"{role}@example.org", PASSWORD, name=name, is_staff=True
        )
        staff[role].groups.add(Group.objects.get(name=role))
        AuthorFactory(name=name, user=staff[role], initials=name[:3].lower())
    SectionFactory(name="Pendidikan", slug="pendidikan")
    regency = PlaceFactory(
        name="Kabupaten Tompolangi", kind=PlaceKind.REGENCY, parent=province("73")
    )
    PlaceFactory(name="Lappabatu", kind=PlaceKind.DISTRICT, parent=regency)
    deputy = PersonFactory(
        religious_prefix="Hj.",
        name="Andi Tenriola Patawari",
        degrees="S.Sos., M.Si.",
        slug="andi-tenriola-patawari",
    )
    government = OrganisationFactory(name="Pemerintah Kabupaten Tompolangi")
    PostFactory(title="Bupati Tompolangi", organisation=government)
    TenureFactory(
        person=deputy,
        post=PostFactory(title="Wakil Bupati Tompolangi", organisation=government),
        started_on=datetime.date(2025, 2, 20),
    )
    return staff


def sign_in(page: Page, email: str) -> None:
    page.goto("/admin/login/")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    expect(page.locator("#user-tools, header").first).to_be_visible()


def photo(folder: Path, name: str, colour: str) -> Path:
    """A photo as a phone takes it: on its side, with a note that says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (900, 1350), colour).save(out, "JPEG", exif=exif)
    path = folder / name
    path.write_bytes(out.getvalue())
    return path


def write_story(page: Page, folder: Path) -> None:
    page.goto("/admin/articles/article/add/")
    page.fill("[name=headline]", HEADLINE)
    page.fill("[name=standfirst]", "Empat puluh dua SMP diminta berbenah dari rapor sendiri.")
    text = page.locator(".ProseMirror").first
    text.click()
    for paragraph in PARAGRAPHS:
        page.keyboard.insert_text(paragraph)
        page.keyboard.press("Enter")
    add_photos(page, folder)
    for name, office in OFFICIALS:
        add_official(page, name, office)
    add_line(page, "delegation", "Bappeda")
    add_line(page, "group", "para kepala SMP", count=42)
    page.select_option("[name=section]", label="Pendidikan")
    choose_place(page, "Lappabatu")


def add_photos(page: Page, folder: Path) -> None:
    files = [photo(folder, "rapat.jpg", "teal"), photo(folder, "podium.jpg", "maroon")]
    page.set_input_files("[data-rows=article_photos] [data-rows-files]", files)
    rows = page.locator("[data-rows=article_photos] [data-row]")
    expect(rows).to_have_count(2)
    for index, caption in enumerate(["Peserta rapat di Balai Daerah.", "Sambutan pembukaan."]):
        row = rows.nth(index)
        row.locator("[name$=-caption]").fill(caption)
        row.locator("[name$=-credit]").fill("Rahma Nurdin")
        row.locator("[name$=-alt_text]").fill("Orang-orang di ruang rapat")


def new_row(page: Page):
    page.locator("[data-rows=attendances] [data-rows-add]").tap()
    row = page.locator("[data-rows=attendances] [data-row]").last
    expect(row.locator("[name$=-name]")).to_be_focused()
    return row


def add_official(page: Page, name: str, office: str) -> None:
    row = new_row(page)
    if not office:
        # Known to the newsroom: three letters and a tap fill in name and office.
        row.locator("[name$=-name]").press_sequentially("ten")
        page.locator(".suggestions [role=option]", has_text="Tenriola").tap()
        expect(row.locator("[name$=-name]")).to_have_value(name)
        expect(row.locator("[name$=-office_as_printed]")).to_have_value("Wakil Bupati Tompolangi")
        row.locator("details > summary").tap()
        row.locator("[name$=-capacity]").select_option("quoted")
        row.locator("[name$=-represents_as_printed]").fill("Bupati Tompolangi")
        page.keyboard.press("Escape")
        return
    row.locator("[name$=-name]").fill(name)
    row.locator("[name$=-office_as_printed]").fill(office)


def add_line(page: Page, subject: str, name: str, count: int | None = None) -> None:
    row = new_row(page)
    row.locator("details > summary").tap()
    row.locator("[name$=-subject]").select_option(subject)
    row.locator("[name$=-name]").fill(name)
    page.keyboard.press("Escape")
    if count:
        row.locator("[name$=-group_count]").fill(str(count))


def choose_place(page: Page, name: str) -> None:
    page.locator(".field-place .select2-selection").tap()
    page.locator(".select2-search__field").fill(name)
    page.locator(".select2-results__option", has_text=name).first.tap()


def test_story_goes_from_the_reporters_phone_to_the_readers_page(newsroom, new_context, tmp_path):
    phone = new_context(**PHONE).new_page()
    problems = watch(phone)
    sign_in(phone, "reporter@example.org")
    write_story(phone, tmp_path)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("[name=_move][value=submit]").tap()
    phone.wait_for_url(re.compile(r"/admin/(articles/article/(\d+/change/)?)?$"))
    article = Article.objects.get(headline=HEADLINE)
    assert article.status == "in_review"
    assert article.body == "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    assert [str(byline.author) for byline in article.bylines.all()] == ["Rahma Nurdin"]
    assert Attendance.objects.filter(article=article).count() == 9
    assert Person.objects.count() == 7

    desk = new_context(**DESK).new_page()
    problems += watch(desk)
    sign_in(desk, "editor@example.org")
    desk.goto("/admin/")
    desk.get_by_role("link", name=HEADLINE).first.click()
    expect(desk.locator("[name=headline]")).to_have_value(HEADLINE)
    with desk.expect_navigation():
        desk.locator("[name=_move][value=publish]").click()
    article.refresh_from_db()
    assert article.is_published

    reader = new_context(**PHONE).new_page()
    problems += watch(reader)
    read_story(reader, article)
    assert problems == []


def read_story(page: Page, article: Article) -> None:
    page.goto("/")
    page.get_by_role("link", name=HEADLINE).first.tap()
    today = timezone.localdate()
    expect(page).to_have_url(re.compile(rf"/{today:%Y/%m/%d}/wakil-bupati-buka-rapat-[a-z-]+/$"))
    expect(page.locator("h1")).to_have_text(HEADLINE)
    local = article.publish_at.astimezone(WITA)
    moment = page.locator("article time").first
    expect(moment).to_have_attribute(
        "datetime", re.compile(rf"^{local:%Y-%m-%dT%H:%M}(:\d\d(\.\d+)?)?\+08:00$")
    )
    expect(moment).to_contain_text(f"{local:%H.%M} WITA")
    body = page.locator("article")
    expect(body).to_contain_text("KABAR TOMPOLANGI, LAPPABATU")
    for paragraph in PARAGRAPHS:
        expect(body).to_contain_text(paragraph)
    pictures = page.locator("article figure img")
    expect(pictures).to_have_count(2)
    # Taken on its side, shown upright.
    assert [picture.get_attribute("width") for picture in pictures.all()] == ["1350", "1350"]
    register = page.locator("#hadir")
    expect(register).to_contain_text("Wakil Bupati Tompolangi")
    expect(register).to_contain_text("Bupati Tompolangi")
    expect(register).to_contain_text("Kepala SMPN 1 Lappabatu")
    expect(register).to_contain_text("Bappeda")
    expect(register).to_contain_text("42")
    assert page.context.cookies() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    # The person's page, search and RSS.
    register.get_by_role("link", name="Andi Tenriola Patawari").tap()
    expect(page).to_have_url(re.compile("/tokoh/andi-tenriola-patawari/$"))
    expect(page.get_by_role("link", name=HEADLINE)).to_be_visible()
    page.goto("/cari/?q=Tenriola")
    expect(page.get_by_role("link", name=HEADLINE)).to_be_visible()
    page.goto("/cari/?q=koordinasi+pendidikan")
    expect(page.get_by_role("link", name=HEADLINE)).to_be_visible()
    feed = page.request.get("/rss.xml").text()
    assert feed.count(f"<title>{HEADLINE}</title>") == 1


def watch(page: Page) -> list[str]:
    """Collects what the browser complains about: script errors, and what the policy refused."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    return problems
