"""`{% kept "name" value … %}…{% endkept %}`: a part of a template that is kept by itself."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

from ..parts import part

register = template.Library()


class KeptNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, name: str, values: list[FilterExpression]) -> None:
        self.nodelist = nodelist
        self.name = name
        self.values = values

    def render(self, context: Context) -> SafeString:
        told = [str(value.resolve(context)) for value in self.values]
        key = ":".join([self.name, *told])
        # Text that is kept loses the mark of being safe on its way.
        return mark_safe(part(key, lambda: str(self.nodelist.render(context))))


@register.tag
def kept(parser: Parser, token: Token) -> KeptNode:
    """Keep what stands inside, by a name and by the values that tell its variants apart.

    It may show nothing else that differs between pages. What it reads from the database it should read inside, so
    that it is not read when it was kept: hand in what is lazy.
    """
    words: list[Any] = token.split_contents()
    if len(words) < 2 or words[1][0] not in "\"'":
        raise template.TemplateSyntaxError("{% kept %} takes a name in quotes, then values.")
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    values = [parser.compile_filter(word) for word in words[2:]]
    return KeptNode(nodelist, words[1][1:-1], values)
