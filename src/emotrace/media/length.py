"""The end of a video without decoding its pictures, from the times of its packets."""

import os

from emotrace.media.clock import NOMINAL_S, MediaClock, believable_s
from emotrace.media.container import DECODE_ERRORS, open_media, video_stream
from emotrace.media.frames import FrameReader


def video_end_s(path: str | os.PathLike) -> float:
    """End of the last picture in seconds on the media clock.

    The packets are read, not decoded, which takes seconds for an hour; where packets carry no times,
    the pictures are decoded.

    Raises
    ------
    DataError
        If the file cannot be opened, has no video, or nothing of it can be read.
    """
    last_s = end_s = 0.0
    timed = False
    with open_media(path) as container:
        stream = video_stream(container)
        if stream is not None:
            clock = MediaClock(container, stream, lambda text: None)
            rate = stream.average_rate or stream.guessed_rate
            usual_s = 1 / float(rate) if rate else NOMINAL_S
            packets = container.demux(stream)
            while True:
                try:
                    packet = next(packets, None)
                except DECODE_ERRORS:
                    break
                if packet is None:
                    break
                if packet.size == 0 or packet.is_discard:
                    continue
                timestamp = packet.pts if packet.pts is not None else packet.dts
                timed = timestamp is not None
                if not timed:
                    break
                lasts_s = believable_s(packet.duration, stream.time_base, usual_s)
                time_s = clock.place(timestamp, lasts_s)
                if time_s >= last_s:
                    last_s, end_s = time_s, clock.end_s(time_s, lasts_s, usual_s)
    if timed:
        return end_s
    reader = FrameReader(path, wanted=lambda index, time_s: False)
    for _ in reader:
        pass
    return reader.end_s
