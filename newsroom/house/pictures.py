"""The pictures of the guides in docs/, taken from a running demo: `make run` first, then `make pictures`.

Signs in as the demo's moderator and photographs the queue with the demo's own comments, then as its ad desk, then as
a reporter whose story is looked at by the copy desk; nothing of that is saved. Those of the reporters' and the
editors' guide are in desk_pictures.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from newsroom.house import browser as house_browser
from newsroom.house import desk_pictures
from newsroom.house.camera import FOLDER, NARROW, WIDE, keep, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

QUEUE = "/admin/comments/comment/queue/"
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
    desk_pictures.take(str(found), base, accounts["reporter"], accounts["editor"])
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
            page = sign_in(browser, base, [email, password], size, QUEUE)
            page.wait_for_selector("[data-queue]")
            for name in names:
                _show(page, name, shown.get(name))
                keep(page, name, size, "moderating")
            page.context.close()
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
        page = sign_in(browser, base, [email, password], WIDE)
        for name, address in addresses.items():
            page.goto(address)
            keep(page, name, WIDE, "advertising")
        page.context.close()
        browser.close()


def _take_copydesk(chromium: str, base: str, email: str, password: str) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = sign_in(browser, base, [email, password], WIDE, desk_pictures.ADD)
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
        keep(page, "panel", WIDE, "copydesk")
        page.context.close()
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


if __name__ == "__main__":
    main()
