"""rdflib-endpoint as its README has it: `python -m bench.endpoint PUBLICATION PORT`."""

from __future__ import annotations

import sys
from pathlib import Path


def main(publication: str, port: str) -> None:
    """Serve the files of a publication but its shapes, from one Graph in memory."""
    import uvicorn
    from rdflib import Graph
    from rdflib_endpoint import SparqlEndpoint

    from bench.engines import read_graph

    graph: Graph = read_graph(Path(publication))
    app = SparqlEndpoint(graph=graph, path="/query")
    uvicorn.run(app, port=int(port), access_log=False, log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
