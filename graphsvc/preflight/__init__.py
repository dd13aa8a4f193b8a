"""What a portal would find, before it comes: the catalogue of a server, harvested and judged."""
