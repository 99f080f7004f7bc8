"""HTML pages with everything inside, which open offline: template, look of figures, thinning of curves."""
