"""Brings a library up to date with its sources.

source → selection → passages → vectors → library
"""
