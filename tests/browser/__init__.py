"""Tests of what the server answers; `served` is what it serves to them."""
