"""Recordings to a prepared corpus on disk and back: resumable, made again only where needed."""

from emotrace.corpora.partitions import partition_digest, split, split_all
from emotrace.store.feature_versions import refuse_other_versions
from emotrace.store.prepare import PrepareResult, prepare
from emotrace.store.prepared import PreparedCorpus, PreparedRecording, open_prepared
from emotrace.store.task import Progress, SourceFactory
from emotrace.store.trained_on import changed_media, media_digest, refuse_other_corpus

__all__ = [
    "PrepareResult",
    "PreparedCorpus",
    "PreparedRecording",
    "Progress",
    "SourceFactory",
    "changed_media",
    "media_digest",
    "open_prepared",
    "partition_digest",
    "prepare",
    "refuse_other_corpus",
    "refuse_other_versions",
    "split",
    "split_all",
]
