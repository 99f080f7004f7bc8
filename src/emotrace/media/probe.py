"""Says what a media file holds, before any work starts."""

from dataclasses import dataclass
from pathlib import Path

from emotrace.errors import DataError
from emotrace.media.container import audio_stream, open_media, video_stream
from emotrace.media.frames import FrameReader
from emotrace.media.pictures import Pictures, PictureSource


@dataclass(frozen=True)
class MediaInfo:
    """What the header and the first picture of a media file say.

    Parameters
    ----------
    path : Path
    container : str
        FFmpeg's name of the file format; "images" for a folder of them.
    has_video, has_audio : bool
        Whether there is a picture track of which a picture decodes; whether there is a sound track.
    width, height : int, px
        Display size: upright, square pixels; 0 without video.
    rotation : int
        Degrees counter-clockwise that stored pictures are turned to stand upright.
    fps : float or None
        Mean frame rate that the header states; None where it does not.
    duration_s : float or None
        What the header states; only decoding tells the truth.
    video_codec, audio_codec : str or None
    sample_rate_hz, channels : int or None
        Of the sound track.
    """

    path: Path
    container: str
    has_video: bool
    has_audio: bool
    width: int = 0
    height: int = 0
    rotation: int = 0
    fps: float | None = None
    duration_s: float | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None


def probe(source: PictureSource) -> MediaInfo:
    """Read the header and the first picture of a media file, or of a folder of images.

    Parameters
    ----------
    source : path of a media file, or Pictures

    Raises
    ------
    DataError
        If the file is missing, empty, not media, or has no sound track and no picture that decodes.
    """
    pictures_of = Pictures.of(source)
    path = pictures_of.path
    if pictures_of.is_images:
        return _probe_images(pictures_of)
    facts: dict = {}
    with open_media(path) as container:
        facts["container"] = container.format.name
        facts["duration_s"] = container.duration / 1e6 if container.duration else None
        sound, pictures = audio_stream(container), video_stream(container)
        if sound is not None:
            facts["audio_codec"] = sound.codec_context.name
            facts["sample_rate_hz"] = sound.codec_context.sample_rate
            facts["channels"] = sound.codec_context.channels
        if pictures is not None:
            rate = pictures.average_rate or pictures.guessed_rate
            facts["fps"] = float(rate) if rate else None
            facts["video_codec"] = pictures.codec_context.name
    has_video = False
    if pictures is not None:
        reader = FrameReader(path, wanted=(0,), threads=1)
        try:
            has_video = any(True for _ in reader)
        except DataError:
            if sound is None:
                raise
        facts |= {"width": reader.width, "height": reader.height, "rotation": reader.rotation}
    return MediaInfo(Path(path), has_video=has_video, has_audio=sound is not None, **facts)


def _probe_images(pictures: Pictures) -> MediaInfo:
    reader = FrameReader(pictures, wanted=(0,))
    has_video = any(True for _ in reader)
    return MediaInfo(
        pictures.path,
        container="images",
        has_video=has_video,
        has_audio=False,
        width=reader.width,
        height=reader.height,
        fps=1 / pictures.period_s if pictures.period_s > 0 else None,
        duration_s=pictures.stated_end_s,
    )
