"""Models that keep nothing of anybody but which member of the staff made a row."""

NOT_PERSONAL = (
    # Django's own journal: nothing is written into it any more (docs/decisions/0036-audit-log.md).
    "admin.LogEntry",
    *("auth.Group", "auth.Permission", "contenttypes.ContentType"),
    *("taggit.Tag", "taggit.TaggedItem", "procrastinate.ProcrastinateWorker"),
    # Sums and shares, of nobody in particular.
    *("ads.BookedDay", "ads.Category", "ads.Delivery", "ads.Discard", "ads.HourCount"),
    *("ads.Placement", "ads.PlacementDay", "ads.Proof", "ads.RolledHour", "ads.SilencePeriod"),
    *(
        "articles.ArchiveDay",
        "articles.ArchiveHour",
        "articles.ArchiveSpan",
        "articles.ArchiveWord",
    ),
    "articles.ArticleViews",
    # How the paper is made and arranged; institutions, places and words.
    *("articles.BreakingNews", "articles.CheckRule", "articles.Coverage", "articles.FrontLayout"),
    *("articles.FrontPlacement", "articles.IgnoredFinding", "articles.Instalment"),
    *("articles.Organisation", "articles.OrganisationAlias", "articles.OwnWord", "articles.Page"),
    *("articles.Place", "articles.Post", "articles.PreviewLink", "articles.Publication"),
    *("articles.Redirect", "articles.RelatedArticle", "articles.Section", "articles.StoryThread"),
    *("articles.Tag", "articles.TaggedArticle", "articles.WrongForm"),
    *("comments.Discussion", "comments.Policy", "comments.Word"),
    *("newsletter.Entry", "newsletter.Issue", "newsletter.Newsletter"),
    *("newsroom.Forgetting", "newsroom.ImportedItem"),
)
