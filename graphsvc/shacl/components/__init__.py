"""The constraint components, a module for each section of the specification."""
