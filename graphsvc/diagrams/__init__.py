"""Diagrams of boxes and arrows, laid out in rows: where each box stands, and each arrow runs.

`rows` puts boxes into rows, `placing` gives them their places, `layout` does both.
"""
