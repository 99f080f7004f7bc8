"""The analyses, one module or package each; every one declares ``ANALYSIS``."""
