"""The pictures of the guides in docs/, taken from a running demo: `make run` first, then `make pictures`.

Signs in as the demo's moderator and photographs the queue with the demo's own comments, then as its ad desk, then as
a reporter whose story is looked at by the copy desk. Nothing of it is saved.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsroom.house import browser as house_browser

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
QUEUE = "/admin/comments/comment/queue/"
WIDE, NARROW = (1280, 800), (360, 740)
# Small enough for a page of documentation.
WIDTH, QUALITY = 960, 72
# As somebody types it in a hurry.
STORY = (
    "Warga Pulau Sembilan meminta jadwal kapal ditambah. Permintaan itu di sampaikan masyrakat dalam rapat.",
    "Kapal akan berlayar tiga kali sehari dengan ijin syahbandar mulai pekan depan.",
)


def main() -> None:
    """Take every picture; says where they are."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    os.environ.setdefault("DEMO", "1")
    import django  # the settings had to be named first

    django.setup()
    from django.conf import settings

    from comments.choices import State
    from comments.models import Comment
    from newsroom.demo.accounts import FILE_NAME

    accounts = {
        line.split()[0]: line.split()[1:]
        for line in (Path(settings.VAR_DIR) / FILE_NAME).read_text().splitlines()
    }
    email, password = accounts["moderator"]
    harsh = Comment.objects.queued().filter(is_harsh=True).values_list("pk", flat=True).first()
    reply = Comment.objects.queued().filter(parent__isnull=False, is_harsh=False)
    first = reply.values_list("pk", flat=True).first()
    spam = Comment.objects.filter(state=State.SPAM).values_list("pk", flat=True).first()
    found = house_browser.find(Path(settings.VAR_DIR).parent / "browsers")
    if found is None:
        sys.exit("No Chromium was found; `make browser` downloads one.")
    base = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    shown = {"queue": first, "reasons": first, "thumb": first, "harsh": harsh, "case": spam}
    _take(str(found), base, email, password, shown)
    _take_advertising(str(found), base, *accounts["ad_desk"])
    _take_copydesk(str(found), base, *accounts["reporter"])
    print(f"The pictures are in {FOLDER}.")


def _take(
    chromium: str, base: str, email: str, password: str, shown: dict[str, int | None]
) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for size, names in (
            (WIDE, ("queue", "reasons", "harsh", "case", "trial")),
            (NARROW, ("thumb",)),
        ):
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]}, base_url=base, locale="id-ID"
            )
            page = context.new_page()
            page.goto(f"/admin/login/?next={QUEUE}")
            page.fill("[name=username]", email)
            page.fill("[name=password]", password)
            page.click("[type=submit]")
            page.wait_for_selector("[data-queue]")
            for name in names:
                _show(page, name, shown.get(name))
                _keep(page, name, size)
            context.close()
        browser.close()


def _take_advertising(chromium: str, base: str, email: str, password: str) -> None:
    from django.urls import reverse
    from playwright.sync_api import sync_playwright

    from ads import approval, links
    from ads.choices import CreativeState
    from ads.models import Campaign, Creative, Flight

    flight = Flight.objects.get(kind="standard", state="booked")
    campaign = Campaign.objects.get(stories__isnull=False, flights=flight)
    link = campaign.advertiser.report_links.first()
    addresses = {
        "calendar": reverse("admin:ads_flight_calendar"),
        "flight": reverse("admin:ads_flight_change", args=[flight.pk]),
    }
    waiting = Creative.objects.filter(state=CreativeState.SENT).first()
    if waiting:
        addresses["sign-off"] = reverse("ads:sign_off", args=[approval.token_of(waiting)])
    if link:
        addresses["report"] = reverse("ads:report", args=[links.token_of(link)])
    # Playwright runs an event loop, beside which Django asks no database: all was asked before.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=base, locale="id-ID"
        )
        page = context.new_page()
        page.goto("/admin/login/")
        page.fill("[name=username]", email)
        page.fill("[name=password]", password)
        page.click("[type=submit]")
        page.wait_for_load_state()
        for name, address in addresses.items():
            page.goto(address)
            _keep(page, name, WIDE, "advertising")
        context.close()
        browser.close()


def _take_copydesk(chromium: str, base: str, email: str, password: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=base, locale="id-ID"
        )
        page = context.new_page()
        page.goto("/admin/login/?next=/admin/articles/article/add/")
        page.fill("[name=username]", email)
        page.fill("[name=password]", password)
        page.click("[type=submit]")
        page.wait_for_selector(".prose[data-ready]")
        page.fill("[name=headline]", "Warga Minta Jadwal Kapal Ditambah")
        page.fill("[name=standfirst]", "Jadwal kapal ke pulau ditambah setelah warga meminta.")
        page.click(".prose-text")
        for line in STORY:
            page.keyboard.type(line)
            page.keyboard.press("Enter")
        page.click("[data-copydesk-look]")
        page.wait_for_selector("[data-copydesk] [data-jump]")
        page.locator("[data-copydesk] [data-jump]").first.click()
        _keep(page, "panel", WIDE, "copydesk")
        context.close()
        browser.close()


def _show(page: Page, name: str, comment: int | None) -> None:
    """Bring the page into the state of that picture."""
    if name == "case":
        page.goto(f"/admin/comments/comment/{comment}/change/")
        return
    if name == "trial":
        page.goto("/admin/comments/word/trial/")
        page.fill("[name=terms]", "slot\ngacor")
        page.click("[data-trial] button")
        page.wait_for_selector(".trial-figures")
        return
    page.goto(f"{QUEUE}?c={comment}" if comment else QUEUE)
    page.wait_for_selector("html.has-js")
    if name == "reasons":
        page.keyboard.press("r")


def _keep(page: Page, name: str, size: tuple[int, int], guide: str = "moderating") -> None:
    from PIL import Image

    page.wait_for_timeout(400)
    picture: Image.Image = Image.open(io.BytesIO(page.screenshot()))
    if size[0] > WIDTH:
        picture = picture.resize((WIDTH, WIDTH * size[1] // size[0]), Image.Resampling.LANCZOS)
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture.save(FOLDER / f"{guide}-{name}.webp", "WEBP", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
