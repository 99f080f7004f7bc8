"""Predictions to predictions: smoothing and tuned chains; no system here needs one yet."""
