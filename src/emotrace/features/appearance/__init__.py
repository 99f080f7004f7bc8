"""What the feature lgbp-top is made of: Gabor filters, binary patterns, histograms over time."""
