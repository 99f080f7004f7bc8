"""Settings of face finding and cropping; stored with a prepared corpus and with every model."""

from typing import Literal

from pydantic import Field

from emotrace.config.base import Settings


class FaceSettings(Settings):
    """How faces are found, followed and cut out.

    Source: our choice; the papers name SSH and SSD detectors and fixed crop sizes only.
    """

    detector: str = "centerface"  # or the path of an ONNX file
    detector_digest: str = ""  # hash of the detector file, filled in when it is opened
    detect_width: int = Field(320, ge=64)  # px, width that frames are scaled to for detection
    detect_every: int = Field(5, ge=1)  # frames between detections
    threshold: float = Field(0.5, gt=0, lt=1)  # least detection score
    max_gap_s: float = Field(0.5, ge=0)  # longest gap between detections that is interpolated
    face: int = Field(0, ge=0)  # which identity: 0 the largest and most persistent
    margin: float = Field(0.15, ge=0)  # share of the box added on every side
    resample: Literal["bilinear"] = "bilinear"
