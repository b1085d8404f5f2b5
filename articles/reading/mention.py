"""What reading a text finds."""

from dataclasses import dataclass

ATTENDED, QUOTED, MENTIONED, ORGANISER = "attended", "quoted", "mentioned", "organiser"
PERSON, DELEGATION, GROUP, OFFICE = "person", "delegation", "group", "office"


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody in a text: a person, a delegation, a group, or an office whose holder is not named.

    `start` and `end` count characters (code points). `text[start:end] == name` for a person; without
    a name they are the place of the whole phrase. `role`, `organisation` and `represents` stand as
    printed, with runs of spaces made one.
    """

    name: str = ""
    role: str = ""
    organisation: str = ""
    capacity: str = MENTIONED
    represents: str = ""
    start: int = 0
    end: int = 0
    kind: str = PERSON
    count: int | None = None
    acting: str = ""

    @property
    def office(self) -> str:
        """The office as printed, the acting word before it: "Plt. Kepala"."""
        return f"{self.acting} {self.role}".strip()

    def as_json(self) -> dict[str, str | int]:
        """Exactly what `manage.py suggest_people` prints."""
        return {
            "name": self.name,
            "role": self.office,
            "organisation": self.organisation,
            "capacity": self.capacity,
            "represents": self.represents,
            "start": self.start,
            "end": self.end,
        }
