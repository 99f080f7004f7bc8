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
from emotrace.metrics.classes import accuracy, class_recalls, confusion, uar
from emotrace.metrics.moments import Moments
from emotrace.metrics.series import ccc, mae, pcc, rmse, rmse_joint

__all__ = [
    "ICC_FORMS",
    "Moments",
    "accuracy",
    "ccc",
    "class_recalls",
    "confusion",
    "icc",
    "icc_1_1",
    "icc_1_k",
    "icc_2_1",
    "icc_2_k",
    "icc_3_1",
    "icc_3_k",
    "mae",
    "pcc",
    "rmse",
    "rmse_joint",
    "uar",
]
