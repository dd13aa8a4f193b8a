"""resources.db: for each IRI what is said of it, who points to it, its labels and texts.

A page is a look-up there, exact and independent of the SPARQL engine: the quads
are kept as they were written, in N-Quads. `building` writes it, `lookups` reads it.
"""
