"""The map of a publication: from the geometry in its graph to shapes that a page can draw.

`wkt` reads geometry, `extent` tells how far it goes, `projection` brings it to the plane,
`outlines` makes areas of it, `honeycomb` finds room for marks, `theme` decides what is counted,
`drawing` writes all of it into a release, `atlas` reads it there, and `scale` groups the counts.
"""
