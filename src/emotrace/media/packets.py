"""Decodes one stream packet by packet and goes on after broken ones."""

from collections.abc import Callable, Iterator

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from emotrace.media.container import DECODE_ERRORS


def decode_packets(
    container: InputContainer, stream: VideoStream | AudioStream, warn: Callable[[str], None]
) -> Iterator:
    """Frames of a stream in the order of the decoder; what cannot be decoded is left out.

    Parameters
    ----------
    container, stream
        An opened file and one of its streams.
    warn : function of a str
        Called at the end, once, if anything was left out.
    """
    broken = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except DECODE_ERRORS as error:
            warn(f"reading the {stream.type} stopped early ({error})")
            yield from _flush(stream)
            break
        if packet is None:
            break
        try:
            frames = packet.decode()
        except DECODE_ERRORS:
            broken += 1
            continue
        yield from frames
    if broken:
        number = "1 packet" if broken == 1 else f"{broken} packets"
        warn(f"{number} of the {stream.type} did not decode and had to be left out")


def _flush(stream: VideoStream | AudioStream) -> list:
    try:
        return stream.codec_context.decode(None)
    except DECODE_ERRORS:
        return []
