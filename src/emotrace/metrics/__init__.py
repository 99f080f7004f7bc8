"""Numbers that compare a prediction with a gold standard, or raters with each other; numpy only."""

from emotrace.metrics.agreement import (
    ICC_FORMS,
    icc,
    icc_1_1,
    icc_1_k,
    icc_2_1,
    icc_2_k,
    icc_3_1,
    icc_3_k,
)
from emotrace.metrics.calibration import calibration_error, log_losses
from emotrace.metrics.classes import accuracy, class_f1, class_recalls, confusion, macro_f1, uar
from emotrace.metrics.moments import Moments
from emotrace.metrics.series import ccc, mae, pcc, rmse, rmse_joint

__all__ = [
    "ICC_FORMS",
    "Moments",
    "accuracy",
    "calibration_error",
    "ccc",
    "class_f1",
    "class_recalls",
    "confusion",
    "icc",
    "icc_1_1",
    "icc_1_k",
    "icc_2_1",
    "icc_2_k",
    "icc_3_1",
    "icc_3_k",
    "log_losses",
    "macro_f1",
    "mae",
    "pcc",
    "rmse",
    "rmse_joint",
    "uar",
]
