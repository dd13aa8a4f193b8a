"""Parts of a text of statements that can be found and read by themselves."""
