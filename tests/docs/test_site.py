"""The site is built without a warning, holds a page for everything, and needs nothing from outside."""

import re
from pathlib import Path

import pytest

from emotrace.cli.app import app
from emotrace.corpora import describe
from emotrace.models.registry import systems

mkdocs = pytest.importorskip("mkdocs.config")
pytestmark = pytest.mark.timeout(900)  # half a minute on an idle core
CONFIG = Path(__file__).parents[2] / "mkdocs.yml"


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    from mkdocs.__main__ import cli

    folder = tmp_path_factory.mktemp("site")
    with pytest.raises(SystemExit) as end:
        cli(["build", "--strict", "--quiet", "-f", str(CONFIG), "-d", str(folder)])
    assert not end.value.code
    return folder


def test_everything_has_its_page(site):
    pages = {str(file.relative_to(site)) for file in site.rglob("*.html")}
    wanted = {f"systems/{name}.html" for name in systems()}
    wanted |= {f"corpora/{entry['name']}.html" for entry in describe()}
    wanted |= {f"commands/{command.name}.html" for command in app.registered_commands}
    wanted |= {"index.html", "results.html", "folder-corpus.html", "python/metrics.html"}
    assert sorted(wanted - pages) == []
    assert len(wanted) > 35


def test_a_system_shows_its_parts_its_sizes_and_the_numbers_of_its_paper(site):
    text = (site / "systems" / "nguyen2020.html").read_text(encoding="utf-8")
    assert "nguyen2020-2d1dconv-ae-lstm.svg" in text
    assert (site / "systems" / "nguyen2020-2d1dconv-ae-lstm.svg").stat().st_size > 1000
    assert "0.474" in text, "reported"
    assert "emotrace reproduce nguyen2020 --table III" in text
    assert "Our runs" in text


def test_settings_of_a_feature_are_told(site):
    text = (site / "systems" / "priyasad2019.html").read_text(encoding="utf-8")
    assert "<code>--set model.speech.KEY=VALUE</code>" in text
    assert "<code>threshold</code> 0.6, <code>least_windows</code> 3" in text


def test_commands_and_python_names_are_told(site):
    text = (site / "commands" / "prepare.html").read_text(encoding="utf-8")
    assert "--jobs" in text and "Recordings worked on at the same time" in text
    text = (site / "python" / "metrics.html").read_text(encoding="utf-8")
    assert "Concordance correlation coefficient" in text


def test_pages_load_nothing_from_outside(site):
    loaded = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?(?:src|href)=["']?(https?:)?//""")
    found = [
        file.name
        for file in site.rglob("*.html")
        if loaded.search(re.sub(r'<link rel="?canonical"?[^>]*>', "", file.read_text(encoding="utf-8")))
    ]
    assert found == []
    assert (site / "search" / "search_index.js").is_file(), "for search in pages opened from disk"


def test_our_runs_stand_below_the_rows_of_their_recipe(site):
    text = (site / "systems" / "tzirakis2017.html").read_text(encoding="utf-8")
    rows = re.findall(r"<tr>\s*(.*?)\s*</tr>", text, re.DOTALL)
    cells = [re.sub(r"<[^>]*>", "", row).split("\n") for row in rows]
    ours = [place for place, row in enumerate(cells) if row[0].startswith("ours")]
    assert ours and cells[ours[0] - 1][0] == "svr-egemaps"
    assert cells[ours[0]][1:4] == ["demo", "test", "3"]
