import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.people.names import (
    NameParts,
    compose,
    degrees_in_mixed_case,
    looks_like_degree,
    name_key,
    parse,
    without_unseen,
)


@pytest.mark.parametrize(
    ("printed", "parts"),
    [
        ("Suharto", NameParts(name="Suharto")),
        (
            "Hj. Andi Karsina Lolo, S.E., M.Si.",
            NameParts(religious_prefix="Hj.", name="Andi Karsina Lolo", degrees="S.E., M.Si."),
        ),
        (
            "AKBP Rudi Hartono, S.I.K.",
            NameParts(rank="AKBP", name="Rudi Hartono", degrees="S.I.K."),
        ),
        ("Letkol Inf. Budi Santoso", NameParts(rank="Letkol Inf.", name="Budi Santoso")),
        ("Komisaris Besar Rudi Hartono", NameParts(rank="Komisaris Besar", name="Rudi Hartono")),
        (
            "Ajun Komisaris Besar Rudi Hartono",
            NameParts(rank="Ajun Komisaris Besar", name="Rudi Hartono"),
        ),
        ("Irjen Andi Budi", NameParts(rank="Irjen", name="Andi Budi")),
        ("Letnan Kolonel Inf. Budi", NameParts(rank="Letnan Kolonel Inf.", name="Budi")),
        ("Marsekal Muda", NameParts(rank="Marsekal", name="Muda")),
        ("Kombes Pol. Ali", NameParts(rank="Kombes Pol.", name="Ali")),
        (
            "Prof. Dr. H. Umar Said",
            NameParts(religious_prefix="H.", academic_prefix="Prof. Dr.", name="Umar Said"),
        ),
        ("dr. Felicitas", NameParts(academic_prefix="dr.", name="Felicitas")),
        (
            "Drs. H. A. Yusuf SE. MM",
            NameParts("H.", "Drs.", "", "A. Yusuf", "SE. MM"),
        ),
        ("H. Muh. Ali S.Pd., M.Pd.", NameParts("H.", "", "", "Muh. Ali", "S.Pd., M.Pd.")),
        ("K.H. Abdul Rahman", NameParts(religious_prefix="K.H.", name="Abdul Rahman")),
        # Andi, Daeng and Puang belong to the name; "A." stays as it is.
        ("A. Daeng Macora", NameParts(name="A. Daeng Macora")),
        # A title alone is all the name there is.
        ("H.", NameParts(name="H.")),
        ("", NameParts()),
    ],
)
def test_parse_takes_a_printed_name_apart(printed, parts):
    assert parse(printed) == parts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hj. Andi Karsina, S.E.", "ANDI KARSINA"),
        ("Dr. H. Muh. Ali, M.Pd.", "Muh Ali"),
        ("José Umar", "Jose  Umar"),
    ],
)
def test_name_key_is_blind_to_titles_case_and_accents(one, other):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("H. Muhammad Yusuf, S.Pd., M.Si.", "H. Muhammad Yunus, S.Pd., M.Si."),
        ("Hj. Andi Rahma", "Hj. Andi Rahmi"),
        ("A. Yusuf", "Andi Yusuf"),
    ],
)
def test_name_key_keeps_different_people_apart(one, other):
    assert name_key(one) != name_key(other)


def test_degrees_are_told_from_names():
    degrees = ["S.E.", "M.Si.", "S.Pd", "SE", "MM.", "S.I.K.", "Sp.OG"]
    names = ["Andi Karsina", "Ketua DPRD", "dan", "Sari", "A. Yusuf", "Suharto"]
    assert [looks_like_degree(text) for text in degrees] == [True] * 7
    assert [looks_like_degree(text) for text in names] == [False] * 6


@given(st.text(max_size=80))
def test_no_word_of_a_name_is_lost(printed):
    again = compose(parse(printed))
    words = sorted(printed.replace(",", " ").split())
    assert sorted(again.replace(",", " ").split()) == words


@pytest.mark.parametrize(
    ("capitals", "printed"),
    [
        ("S.SOS., M.SI.", "S.Sos., M.Si."),
        ("S.PD.I, M.TR.IP", "S.Pd.I, M.Tr.IP"),
        ("S.E., SP.OG", "S.E., Sp.OG"),
        ("S.SOS.,M.SI.", "S.Sos.,M.Si."),
        ("XYZ., Q.Q.", "XYZ., Q.Q."),
        ("S.Sos., M.Si.", "S.Sos., M.Si."),
    ],
)
def test_known_degrees_in_capitals_are_restored(capitals, printed):
    assert degrees_in_mixed_case(capitals) == printed


def test_directions_of_writing_are_no_part_of_a_name():
    assert without_unseen("Baso\u202e Ilham\u200b\u2069") == "Baso Ilham"
