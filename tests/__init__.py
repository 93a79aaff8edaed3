"""Tests of Citeloop."""
