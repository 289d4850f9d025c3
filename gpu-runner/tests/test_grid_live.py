import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from pareto_runner.measure.grid_live import LiveGrid, choose_factor
from pareto_runner.settings import take_secrets


class Handler(BaseHTTPRequestHandler):
    """Answers like the service: 401 without the right token, else the zone's intensity."""

    body = b""

    def do_GET(self) -> None:
        known = self.headers["auth-token"] == "k1" and parse_qs(urlsplit(self.path).query)["zone"] == ["FR"]
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Handler.body = json.dumps({"zone": "FR", "carbonIntensity": 41, "datetime": "2026-03-01T10:00:00.000Z"}).encode()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.mark.usefixtures("data_dir")
def test_the_first_answer_is_kept_for_a_model_and_the_present_one_shown(url: str) -> None:
    first = LiveGrid("k1", "FR", url).read()
    assert first == {"zone": "FR", "grams_per_kwh": 41.0, "at": "2026-03-01T10:00:00.000Z"}
    assert choose_factor("DEU", first, "revision-of-grid").grams_per_kwh == 41
    later = choose_factor("DEU", {**first, "grams_per_kwh": 90.0, "at": "2026-03-02T10:00:00Z"}, "revision-of-grid")
    assert (later.region, later.grams_per_kwh, later.year) == ("FR", 41, 2026)
    assert "Electricity Maps" in later.source
    assert "90 g/kWh" in later.note


@pytest.mark.parametrize(("key", "zone", "body"), [("wrong", "FR", b""), ("k1", None, b""), ("k1", "FR", b"<html>")])
def test_without_an_answer_the_table_is_used_and_the_figure_says_so(
    url: str, key: str, zone: str | None, body: bytes
) -> None:
    Handler.body = body
    factor = choose_factor("DEU", LiveGrid(key, zone, url).read(), "any")
    assert (factor.region, factor.grams_per_kwh) == ("DEU", 380.9)
    assert factor.note.startswith("no live carbon intensity")


def test_without_a_key_nothing_is_asked_and_an_unreachable_service_is_a_note() -> None:
    assert LiveGrid(None, "FR", "http://127.0.0.1:9").read() is None
    assert choose_factor("DEU", None, "any").note == ""
    assert set(LiveGrid("k1", "FR", "http://127.0.0.1:9").read() or {}) == {"note"}


def test_the_key_is_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ELECTRICITYMAPS_API_KEY", "k1")
    assert take_secrets().grid_key == "k1"
    assert "ELECTRICITYMAPS_API_KEY" not in os.environ
