"""Functions compile although nothing can be kept."""

import numba

from emotrace.compiling import compiled


def test_where_no_cache_can_be_written_it_still_compiles(monkeypatch):
    real = numba.njit

    def without_a_place(*args, **options):
        if options.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return real(*args, **options)

    monkeypatch.setattr(numba, "njit", without_a_place)
    double = compiled(lambda x: 2 * x)
    assert double(3) == 6
