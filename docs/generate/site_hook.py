"""The hook by which mkdocs gets the pages that are made by code; nothing of them is written into `docs/`."""

from pathlib import PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from command_pages import command_pages
from corpus_pages import corpus_pages
from python_pages import python_pages
from summaries import read_all
from summaries import table as summary_table
from system_pages import MADE, system_pages

MADE_SECTIONS = ("Systems", "Corpora", "Commands", "Python")
RESULTS = """---
hide: [navigation, toc]
---

# Results

Every row is made from a summary in `results/`: numbers of an evaluated run, no data.
PREPARED, RUN and WORK are folders of yours, FOLDER is the corpus; SPEECH holds the speech clips of RAVDESS,
FEATURES its `combined_summary.csv`, SYSTEM the predictions of one system.

"""

_pages: dict[str, str] = {}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Make the pages and put them into the sections of `mkdocs.yml` that are empty."""
    summaries = read_all()
    _pages.clear()
    _pages.update(system_pages(summaries) | corpus_pages() | command_pages() | python_pages())
    _pages["results.md"] = f"{RESULTS}{summary_table(summaries)}\n\n{MADE}\n"
    for entry in config.nav or []:
        for title in MADE_SECTIONS:
            if title in entry:
                pages = [path for path in _pages if path.startswith(f"{title.lower()}/")]
                entry[title] = [
                    *(entry[title] or []),
                    *({_title(path): path} for path in pages if path.endswith(".md")),
                ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Hand the pages and pictures over to mkdocs."""
    for path, content in _pages.items():
        files.append(File.generated(config, path, content=content))
    return files


def _title(path: str) -> str:
    return PurePosixPath(path).stem
