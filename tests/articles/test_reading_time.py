"""How long a story takes to read, where that is worth saying."""

import pytest

from articles.reading_time import minutes_for, words_in


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", 0),
        ("<p>Anak-anak ma’rang pulang.</p><p>Sore.</p>", 4),
        ("<h2>Satu</h2><ul><li>dua</li><li>tiga</li></ul>", 3),
        ("<p>– … !</p>", 0),
    ],
)
def test_words_are_counted_as_a_reader_counts_them(body, words):
    assert words_in(body) == words


@pytest.mark.parametrize(
    ("words", "minutes"), [(0, 0), (299, 0), (300, 2), (499, 2), (500, 3), (2000, 10)]
)
def test_minutes_are_said_from_two_on(words, minutes):
    assert minutes_for(words) == minutes
