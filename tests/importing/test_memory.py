"""Memory stays flat: a file twenty times as large takes no more of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from articles.models import Article

from .conftest import FOOT, HEAD, comment, item
from .test_again import environment

MEASURED = """
import os, resource, django
django.setup()
from django.core.management import call_command
call_command("import_wordpress", os.environ["EXPORT"], stdout=open(os.devnull, "w"))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
PARAGRAPH = "Warga desa datang ke dermaga sejak pagi untuk melihat kapal yang baru. " * 12 + "\n\n"


def write_export(path: Path, megabytes: int) -> int:
    """Write an export of about that size; return how many stories it has."""
    stories = 0
    with path.open("w") as out:
        out.write(HEAD)
        while out.tell() < megabytes * 1024 * 1024:
            stories += 1
            # The pages of a long story: few rows, many bytes.
            out.write(item(stories, f"Berita {stories}", PARAGRAPH * 150, inner=comment(stories)))
        out.write(FOOT)
    return stories


def peak_of(path: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED],
        env=environment(EXPORT=str(path)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.django_db(transaction=True)
def test_large_file_takes_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    small, large = tmp_path / "small.xml", tmp_path / "large.xml"
    write_export(small, 1)
    stories = write_export(large, 20)
    assert large.stat().st_size > 20 * 1024 * 1024
    at_small, at_large = peak_of(small), peak_of(large)
    assert Article.objects.count() == stories
    # In units of the system (kilobytes here); 20 MB more of file, at most 10 MB more of memory.
    allowance = 10 * (1024 if sys.platform != "darwin" else 1024 * 1024)
    assert at_large < at_small + allowance
