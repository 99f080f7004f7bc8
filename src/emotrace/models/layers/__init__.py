"""Layers that models are built from; each file is one idea."""
