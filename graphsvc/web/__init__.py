"""What the server answers. Each module is one kind of answer; `app` is the way in.

From the bottom: responses and conditions (HTTP alone), problems, representations,
then the endpoints — home, documents, sparql, dumps, operations — and on top
openapi, frame and app.
"""
