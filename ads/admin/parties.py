"""Advertisers, their campaigns, and the paid stories of a campaign."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.search import SearchVector
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.choices import Kind
from articles.models import Article
from articles.querysets import beginnings

from .. import records
from ..choices import Deed, FlightState
from ..forms.prices import PriceField
from ..models import Advertiser, Campaign, PaidStory
from .base import RecordedAdmin, SalesAdmin
from .flights import days_in_words, sold_in_words

# Of the stories with such a headline; there are never so many paid ones.
MOST_FOUND = 1000


@admin.register(Advertiser)
class AdvertiserAdmin(RecordedAdmin):
    change_form_template = "admin/ads/advertiser.html"
    list_display = ["name", "contact_name", "contact_phone", "is_house", "is_archived"]
    list_filter = ["is_archived"]
    search_fields = ["name__icontains", "contact_name__icontains"]
    search_help_text = gettext_lazy("Name or contact")
    autocomplete_fields = ["people", "organisations"]
    record_as = "advertiser"
    fieldsets = [
        (None, {"fields": ["name", "contact_name", "contact_email", "contact_phone", "address"]}),
        (gettext_lazy("Brakes"), {"fields": ["people", "organisations"]}),
        (gettext_lazy("For us"), {"fields": ["notes", "is_house", "is_archived"]}),
    ]
    recorded = (
        *("name", "contact_name", "contact_email", "contact_phone", "address", "notes"),
        *("people", "organisations", "is_house", "is_archived"),
    )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        if advertiser := kw.get("obj"):
            context |= {
                "campaigns": list(advertiser.campaigns.order_by("-id")[:50]),
                "records": list(
                    advertiser.records.filter(campaign=None).select_related("by", "creative")[:20]
                ),
            }
        return super().render_change_form(request, context, *args, **kw)


class CampaignForm(forms.ModelForm):
    class Meta:
        model = Campaign
        fields = [
            *("advertiser", "name", "category", "contract", "price", "notes"),
            *("contact_name", "contact_email"),
        ]
        field_classes = {"price": PriceField}


@admin.register(Campaign)
class CampaignAdmin(RecordedAdmin):
    form = CampaignForm
    change_form_template = "admin/ads/campaign.html"
    list_display = ["name", "advertiser", "category", "contract", "created_at"]
    list_filter = ["category"]
    list_select_related = ["advertiser", "category"]
    search_fields = ["name__icontains", "advertiser__name__icontains", "contract"]
    search_help_text = gettext_lazy("Campaign, advertiser or contract")
    autocomplete_fields = ["advertiser", "category"]
    record_as = "campaign"
    fieldsets = [
        (None, {"fields": ["advertiser", "name", "category"]}),
        (gettext_lazy("Contract"), {"fields": ["contract", "price", "notes"]}),
        (gettext_lazy("Contact"), {"fields": ["contact_name", "contact_email"]}),
    ]
    recorded = (
        *("name", "category", "contract", "price", "notes", "contact_name", "contact_email"),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who sells does not change the brakes of what was sold, and who sets them sells nothing."""
        if obj is None:
            return []
        if not request.user.has_perm("ads.add_campaign"):
            return ["advertiser", *(name for name in self.recorded if name != "category")]
        if request.user.has_perm("ads.change_category"):
            return ["advertiser"]
        is_sold = obj.flights.exclude(state=FlightState.DRAFT).exists()
        return ["advertiser", "category"] if is_sold else ["advertiser"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("advertiser", "category")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kw: Any) -> Any:
        if campaign := kw.get("obj"):
            flights = list(campaign.flights.prefetch_related("creatives"))
            context |= {
                "flights": [
                    {
                        "flight": flight,
                        "days": days_in_words(flight),
                        "sold": sold_in_words(flight),
                        "creatives": flight.creatives.all(),
                    }
                    for flight in flights
                ],
                "stories": list(campaign.paid_stories.select_related("article__section")),
                "records": list(
                    campaign.records.filter(flight=None).select_related("by", "creative")[:20]
                ),
            }
        return super().render_change_form(request, context, *args, **kw)


@admin.register(PaidStory)
class PaidStoryAdmin(SalesAdmin):
    """Which campaign pays for a story. It may go to another campaign, and that is written down."""

    list_display = ["headline", "campaign"]
    list_select_related = ["article", "campaign__advertiser"]
    search_fields = ["campaign__name__icontains"]
    search_help_text = gettext_lazy("Headline or campaign")
    autocomplete_fields = ["article", "campaign"]
    fields = ["campaign", "article"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["article"] if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request).select_related("article", "campaign__advertiser")
        return rows.defer("article__body", "article__search")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """Each by its own index: both in one condition would read all stories."""
        found, _has_doubles = super().get_search_results(request, queryset.order_by(), search_term)
        paid = Article.objects.filter(kind=Kind.PAID)
        # Not asked when the next rows fill the page.
        keys = paid.newest_headlined(search_term, most=MOST_FOUND)
        stories = PaidStory.objects.order_by().filter(article__in=keys).values("pk")
        return queryset.filter(pk__in=found.values("pk").union(stories)), False

    def search_row_by_row(self, request: HttpRequest, queryset: QuerySet, text: str) -> QuerySet:
        """What the list finds, for `KeysetList`."""
        found, _has_doubles = super().get_search_results(request, queryset.order_by(), text)
        is_found = Q(Exists(found.filter(pk=OuterRef("pk"))))
        if asked := beginnings(text):
            is_found |= Q(article__kind=Kind.PAID, read_by=asked)
        headline = SearchVector("article__headline", config="simple")
        return queryset.annotate(read_by=headline).filter(is_found)

    def save_model(self, request: HttpRequest, obj: PaidStory, form: Any, change: bool) -> None:
        before = str(PaidStory.objects.get(pk=obj.pk).campaign) if change else ""
        super().save_model(request, obj, form, change)
        if before != str(obj.campaign):
            changes = {"stories": [before, f"{obj.article} → {obj.campaign}"]}
            records.write(Deed.CHANGED, by=request.user, campaign=obj.campaign, changes=changes)

    @admin.display(description=gettext_lazy("headline"))
    def headline(self, row: PaidStory) -> str:
        return str(row.article) or _("without a headline")
