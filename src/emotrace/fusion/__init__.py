"""Predictions of several systems to those of their late fusion, as a run folder."""

from emotrace.fusion.folder_sources import read_folders, read_subjects
from emotrace.fusion.make import fuse
from emotrace.fusion.refresh import is_of, refresh
from emotrace.fusion.run_sources import read_runs
from emotrace.fusion.sources import Sources
from emotrace.run_files import is_fused

__all__ = ["Sources", "fuse", "is_fused", "is_of", "read_folders", "read_runs", "read_subjects", "refresh"]
