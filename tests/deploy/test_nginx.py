"""nginx takes the configuration as it is shipped, with a certificate."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "newsroom.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
OPENSSL = shutil.which("openssl")


@pytest.mark.skipif(not (NGINX and OPENSSL), reason="no nginx or no openssl on this machine")
def test_nginx_takes_what_is_shipped(tmp_path):
    certificate = tmp_path / "live"
    certificate.mkdir()
    (tmp_path / "cache").mkdir()
    made = [str(OPENSSL), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    made += ["-subj", "/CN=news.example", "-keyout", str(certificate / "privkey.pem")]
    made += ["-out", str(certificate / "fullchain.pem")]
    subprocess.run(made, check=True, capture_output=True)
    text = SHIPPED.read_text()
    for found, wanted in {
        "/etc/letsencrypt/live/news.example": certificate,
        "/var/cache/nginx/newsroom": tmp_path / "cache" / "pages",
        "/var/log/nginx": tmp_path,
    }.items():
        assert found in text
        text = text.replace(found, str(wanted))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n"
        + "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"{text}\n}}\n"
    )
    tried = [str(NGINX), "-t", "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "errors")]
    done = subprocess.run(tried, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
