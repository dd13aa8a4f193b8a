"""A validation that is kept up to date while files change."""
