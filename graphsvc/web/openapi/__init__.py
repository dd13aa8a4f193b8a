"""/openapi.json: every route with its parameters, media types and problems."""
