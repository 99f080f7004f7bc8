"""Changes to run folders that were written for a test."""

import json

import numpy as np
import pandas as pd


def spoil(run, columns, amount, seed=1):
    """Add noise to the predictions of a run."""
    rng = np.random.default_rng(seed)
    for path in sorted((run / "predictions").glob("*.csv")):
        table = pd.read_csv(path)
        noise = rng.normal(size=(len(table), len(columns))) * amount
        table[columns] = table[columns] + noise
        table.to_csv(path, index=False, float_format="%.6f")


def change(path, **values):
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
