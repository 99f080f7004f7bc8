"""The end of a video without decoding its pictures, from the times of its packets."""

from emotrace.media.clock import NOMINAL_S, MediaClock, believable_s
from emotrace.media.container import DECODE_ERRORS, open_media, video_stream
from emotrace.media.frames import FrameReader
from emotrace.media.pictures import Pictures, PictureSource


def video_end_s(source: PictureSource) -> float:
    """End of the last picture in seconds on the media clock.

    The packets are read, not decoded, which takes seconds for an hour; where packets carry no times,
    the pictures are decoded. Where the corpus states the times of frames, the last that has a packet
    counts; images are decoded.

    Parameters
    ----------
    source : path of a video file, or Pictures

    Raises
    ------
    DataError
        If the file cannot be opened, has no video, or nothing of it can be read.
    """
    pictures = Pictures.of(source)
    last_s = end_s = 0.0
    count = 0
    timed = False
    if pictures.is_images:
        return _decoded_end_s(pictures)
    with open_media(pictures.path) as container:
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
                count += 1
                timestamp = packet.pts if packet.pts is not None else packet.dts
                timed = timestamp is not None
                if not timed and pictures.times_s is None:
                    break
                lasts_s = believable_s(packet.duration, stream.time_base, usual_s)
                time_s = clock.place(timestamp, lasts_s)
                if time_s >= last_s:
                    last_s, end_s = time_s, clock.end_s(time_s, lasts_s, usual_s)
    if pictures.times_s is not None and count:
        return float(pictures.times_s[min(count, len(pictures.times_s)) - 1]) + pictures.period_s
    return end_s if timed else _decoded_end_s(pictures)


def _decoded_end_s(pictures: Pictures) -> float:
    reader = FrameReader(pictures, wanted=lambda index, time_s: False)
    for _ in reader:
        pass
    return reader.end_s
