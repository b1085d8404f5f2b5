"""Style sheets and scripts are shorter for whoever fetches them, and mean the same."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings as project
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from whitenoise.compress import Compressor

from newsroom.static_files import short

STATIC = project.BASE_DIR / "static"
SHEETS = sorted(STATIC.glob("*/*.css"))


THEIRS = "/* As its author wrote it. */\nlet answer  =  42;\n"


@pytest.fixture
def collected(settings, tmp_path) -> Path:
    """What `collectstatic` makes of our files and one of a package."""
    package = tmp_path / "package" / "theirs"
    package.mkdir(parents=True)
    (package / "widget.js").write_text(THEIRS)
    settings.STATIC_ROOT = str(tmp_path / "collected")
    settings.STATICFILES_DIRS = [STATIC, package.parent]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "newsroom.static_files.ShortStaticFiles"}
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path / "collected"


def hashes(folder: Path) -> set[str]:
    return {
        path.name
        for path in (folder / "site").iterdir()
        if re.search(r"[.][0-9a-f]{12}[.]", path.name)
    }


def test_our_files_are_collected_short_under_a_name_for_what_they_say(collected):
    for name in ("sela.js", "sela.css"):
        written = (STATIC / "site" / name).read_text()
        served = (collected / staticfiles_storage.stored_name(f"site/{name}")).read_text()
        assert len(served) < 0.9 * len(written)
        assert served == short(written, name[name.index(".") :])


def test_files_of_packages_are_collected_as_they_are(collected):
    served = (collected / staticfiles_storage.stored_name("theirs/widget.js")).read_text()
    assert served == THEIRS


def test_collecting_again_changes_nothing(collected):
    before = hashes(collected)
    call_command("collectstatic", interactive=False, verbosity=0)
    assert hashes(collected) == before


def test_no_bytes_are_compressed_twice_and_every_name_has_its_compressed_form(
    collected, monkeypatch
):
    given: list[bytes] = []
    plain = Compressor.compress_brotli
    noted = staticmethod(lambda data: given.append(data) or plain(data))
    monkeypatch.setattr(Compressor, "compress_brotli", noted)
    for old in collected.rglob("*.br"):
        old.unlink()
    call_command("collectstatic", interactive=False, verbosity=0)
    assert len(given) == len(set(given)) > 0
    for name in ("site.css", Path(staticfiles_storage.stored_name("site/site.css")).name):
        compressed = (collected / "site" / f"{name}.br").read_bytes()
        assert brotli.decompress(compressed) == (collected / "site" / name).read_bytes()


@pytest.mark.parametrize(
    "path", [*SHEETS, *sorted(STATIC.glob("*/*.js"))], ids=lambda path: path.name
)
def test_what_is_short_gets_no_shorter(path):
    once = short(path.read_text(), path.suffix)
    assert short(once, path.suffix) == once
