"""Files to arrays: probe, decode, find, follow and cut out faces, and write a preview."""

from emotrace.media.container import NothingDecodesError
from emotrace.media.crop import crop_aligned, crop_square, stream_crops
from emotrace.media.cut_faces import whole_pictures
from emotrace.media.detector import Detections, Detector, detector_digest, open_detector
from emotrace.media.frames import FrameReader, stream_frames
from emotrace.media.length import video_end_s
from emotrace.media.locate import FaceBoxes, locate_faces
from emotrace.media.pictures import Pictures, PictureSource
from emotrace.media.probe import MediaInfo, probe
from emotrace.media.sound import SoundReader, stream_audio
from emotrace.media.wave_file import write_sound
from emotrace.media.write import write_video

__all__ = [
    "Detections",
    "Detector",
    "FaceBoxes",
    "FrameReader",
    "MediaInfo",
    "NothingDecodesError",
    "PictureSource",
    "Pictures",
    "SoundReader",
    "crop_aligned",
    "crop_square",
    "detector_digest",
    "locate_faces",
    "open_detector",
    "probe",
    "stream_audio",
    "stream_crops",
    "stream_frames",
    "video_end_s",
    "whole_pictures",
    "write_sound",
    "write_video",
]
