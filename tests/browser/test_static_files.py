"""A style sheet says to the browser, shortened, what it says as it is written."""

import pytest

from newsroom.static_files import short
from tests.newsroom.test_static_files import SHEETS

pytestmark = pytest.mark.browser

RULES = r"""(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  // Values that wait for a variable, and conditions, are kept as they were written.
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/([,:])\s+/g, "$1"));
}"""


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_shortened_sheet_has_the_same_rules(path, browser):
    written = path.read_text()
    with browser.new_page() as page:
        rules = page.evaluate(RULES, written)
        assert len(rules) > 0
        assert page.evaluate(RULES, short(written, ".css")) == rules
