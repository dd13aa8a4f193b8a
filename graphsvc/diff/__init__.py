"""The difference of two states of a publication, as people and programs read it."""
