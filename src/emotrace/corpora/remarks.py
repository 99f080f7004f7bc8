"""Warnings that count, under the name by which the adapters know them."""

from emotrace.remarks import Remarks, counted

__all__ = ["Remarks", "counted"]
