"""Time warping: series laid on each other by stretching their time."""
