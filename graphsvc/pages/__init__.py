"""The HTML pages of a release, in the languages of its publication.

`editions` is a release as one server shows it in one language, `statements` what
a page says of a resource, `rendering` turns both into HTML by the templates.
"""
