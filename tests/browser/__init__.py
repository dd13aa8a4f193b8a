"""Visits with a browser; `conftest` has the server and the browser."""
