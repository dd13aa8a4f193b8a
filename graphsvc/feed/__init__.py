"""The feed of a release: what each commit of the publication's history made of its resources."""
