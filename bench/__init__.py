"""What graphsvc costs, measured beside rdflib and the Oxigraph command line.

`python -m bench.generator` writes scaled publications, `python -m bench` measures
and writes bench/RESULTS.md. graphsvc itself imports nothing from here.
"""
