"""The real clips beside the checkout: every one traced, its rows and faces, its page, and broken ones."""

from pathlib import Path

import pytest

from emotrace import timing
from emotrace.inference import predict_files
from emotrace.inference.page import LIMITS
from emotrace.trace import Trace

CLIPS = 14
NO_FACE = {"no_face", "result", "big_buck_bunny_432_433"}
ONE_FACE = {"single_face", "wolfganglanger_pexels", "d6", "m030_sad_3_001", "testmovie", "yes", "test"}
PREVIEWS = {"face_noface", "no_duration", "testmovie", "yes"}


BROKEN = ("empty.mp4", "text.mp4", "cut.mp4", "text.csv")


@pytest.fixture(scope="module")
def traced(tmp_path_factory, make_predictor):
    """Results by name of all clips and of some broken files among them."""
    clips = Path(__file__).resolve().parents[3] / "shared" / "data" / "clips"
    if not clips.is_dir():
        pytest.skip("real data (../shared/data) is not beside this checkout")
    broken = tmp_path_factory.mktemp("broken")
    (broken / "empty.mp4").touch()
    (broken / "text.mp4").write_text("this is no video")
    (broken / "cut.mp4").write_bytes((clips / "single_face.mp4").read_bytes()[:5000])
    (broken / "text.csv").write_text("a,b")
    paths = [*(broken / name for name in BROKEN), clips]
    results = predict_files(make_predictor(), paths, tmp_path_factory.mktemp("out"))
    return {result.path.name: result for result in results}


def by_stem(traced):
    return {name.rpartition(".")[0]: result for name, result in traced.items() if name not in BROKEN}


def test_every_clip_is_traced_and_broken_files_are_told(traced):
    clips = by_stem(traced)
    assert len(clips) == CLIPS
    assert [result.error for result in clips.values()] == [None] * CLIPS
    for name in BROKEN:
        assert name in traced[name].error
        assert "\n" not in traced[name].error
        assert traced[name].csv is None


def test_a_trace_has_one_row_per_40_ms_of_its_recording(traced):
    for stem, result in by_stem(traced).items():
        trace = Trace.from_csv(result.csv)
        assert abs(len(trace.times_s) - decoded_seconds(result.path) / 0.04) <= 1, stem
        assert trace.times_s == pytest.approx(timing.step_times(0, len(trace.times_s), 0.04))


def decoded_seconds(path):
    """Latest end of the decoded streams, by PyAV alone."""
    import av

    ends = []
    with av.open(str(path)) as container:
        streams = [*container.streams.video[:1], *container.streams.audio[:1]]
        usual = {s.index: 1 / float(s.average_rate) for s in container.streams.video[:1]}
        for packet in container.demux(streams):
            for frame in packet.decode():
                sound = isinstance(frame, av.AudioFrame)
                lasts = frame.samples / frame.sample_rate if sound else usual[packet.stream.index]
                ends.append(frame.time + lasts)
        return max(ends) - container.start_time / 1e6


def test_faces_are_found_where_they_are(traced):
    share = {stem: Trace.from_csv(result.csv).face_found.mean() for stem, result in by_stem(traced).items()}
    assert {stem for stem in NO_FACE if share[stem] > 0} == set()
    assert {stem for stem in ONE_FACE if share[stem] < 0.95} == set()
    assert 0.2 < share["face_noface"] < 0.6  # the face leaves


def test_every_clip_has_a_page_and_a_preview_where_browsers_need_one(traced):
    for stem, result in by_stem(traced).items():
        page = result.html.read_text(encoding="utf-8")
        assert LIMITS in page
        preview = result.html.with_name(f"{stem}.preview.mp4")
        assert preview.exists() == (stem in PREVIEWS), stem
        assert (preview.name in page) == (stem in PREVIEWS)


def test_what_is_missing_is_written_into_the_result(traced):
    for name in ("yes.mkv", "test.mp4", "result.mp4"):
        assert "no sound track: the model goes without audio" in traced[name].warnings


def test_a_detector_given_by_path_works(shared_data, make_predictor):
    (detector,) = (shared_data / "detectors").glob("*.onnx")
    found = make_predictor().analyse(shared_data / "clips" / "single_face.mp4", detector=detector)
    assert found.trace.face_found.mean() > 0.9
