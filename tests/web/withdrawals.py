"""Data in which things are withdrawn, replaced, replaced again, and round in a circle."""

from __future__ import annotations

DATA = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<id/cluster/closed> a ex:Cluster ; rdfs:label "Closed"@en , "Stängt"@sv ; owl:deprecated true ;
  dct:isReplacedBy <id/cluster/compare> , <id/cluster/zebra> ;
  skos:historyNote "Split in two <b>."@en , "Delat i två <b>."@sv .
<id/cluster/moved> a ex:Cluster ; rdfs:label "Moved"@en ; owl:deprecated true ;
  dct:isReplacedBy <id/region/å> ; skos:exactMatch <id/region/å> .
<id/cluster/first> owl:deprecated "1"^^xsd:boolean ;
  dct:isReplacedBy <id/cluster/second> ; owl:sameAs <id/cluster/second> .
<id/cluster/second> owl:deprecated true ;
  dct:isReplacedBy <id/cluster/third> ; owl:sameAs <id/cluster/third> .
<id/cluster/third> owl:deprecated true ;
  dct:isReplacedBy <id/cluster/zebra> ; owl:sameAs <id/cluster/zebra> .
<id/cluster/round> owl:deprecated true ;
  dct:isReplacedBy <id/cluster/about> ; owl:sameAs <id/cluster/about> .
<id/cluster/about> owl:deprecated true ;
  dct:isReplacedBy <id/cluster/round> ; owl:sameAs <id/cluster/round> .
<id/cluster/into> owl:deprecated true ;
  dct:isReplacedBy <id/cluster/round> ; owl:sameAs <id/cluster/round> .
<id/cluster/lost> owl:deprecated true ;
  dct:isReplacedBy <id/cluster/never> ; owl:sameAs <id/cluster/never> .
<id/cluster/away> owl:deprecated true ;
  dct:isReplacedBy <https://ok.example/ö?a=b> ; owl:sameAs <https://ok.example/ö?a=b> .
<id/cluster/hostile> owl:deprecated true ; rdfs:comment "<script>alert(5)</script>" ;
  dct:isReplacedBy <javascript:alert(6)> ; owl:sameAs <javascript:alert(6)> .
<id/cluster/several> owl:deprecated true ; dct:isReplacedBy <id/cluster/zebra> , "x" ;
  owl:sameAs <id/cluster/zebra> .
<id/cluster/similar> owl:deprecated true ; dct:isReplacedBy <id/cluster/zebra> ;
  skos:closeMatch <id/cluster/zebra> .
<id/cluster/kept> rdfs:label "Kept"@en ; owl:deprecated false , "true" .
<def/level/tin> rdfs:label "tin"@en ; owl:deprecated true ;
  dct:isReplacedBy <def/level/bronze> ; skos:exactMatch <def/level/bronze> .
<ns#Old> a owl:Class ; owl:deprecated true ; rdfs:label "Old"@en ; rdfs:comment "What is old."@en ;
  dct:isReplacedBy <ns#Cluster> ; owl:sameAs <ns#Cluster> ; skos:changeNote "Renamed."@en .
<def/Older> a owl:DeprecatedClass ; rdfs:label "Older"@en .
<def/vocabulary> a owl:Ontology ; owl:deprecated true .
ex:Gone a owl:Class .
<id/all-gone> a ex:Gone ; owl:deprecated true .
"""
