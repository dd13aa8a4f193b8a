"""The files of a publication as they were read, and what is wrong with what they say.

files → statements that went or came → triples that went or came → checks and
shapes about what is concerned → lines → report. Each of these steps looks at
what has changed only; whatever it comes to is what a validation of all would.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from pyoxigraph import NamedNode, Quad

from graphsvc.checks import ChangingChecks, about_results
from graphsvc.errors import SourceError, SourceErrors, SourcePosition
from graphsvc.report import ValidationReport, ValidationResult
from graphsvc.revalidation.statements import Change, Statements
from graphsvc.shacl.incremental import IncrementalEngine, Plans
from graphsvc.shacl.locations import locate_in
from graphsvc.shacl.lookups import FileText, Lookups
from graphsvc.sources import Publication, SourceFile, TextReader
from graphsvc.validation import Progress, Validation, placing_faults, quiet
from graphsvc.vocab import OWL_VERSION_IRI


class State:
    """The files of a publication as they were read, and what is wrong with what they say."""

    def __init__(self, publication: Publication, texts: Sequence[FileText]) -> None:
        self.publication = publication
        self.base_iri = publication.settings.base_iri
        self.texts = list(texts)
        self.lookups = Lookups(self.texts, self.base_iri)
        self.checks = ChangingChecks(publication.settings)
        self.engine = IncrementalEngine()
        self.statements = Statements()
        self.shapes: dict[SourceFile, list[Quad]] = {}
        self.prefixes: dict[SourceFile, dict[str, str]] = {}

    @classmethod
    def of(cls, publication: Publication, progress: Progress = quiet, *, run: bool = True) -> State:
        """Read all files, and validate what they say.

        Raises SourceErrors and ShapesError as validation.validate does.
        """
        base_iri = publication.settings.base_iri
        texts = [FileText.read(file, base_iri) for file in publication.files]
        state = cls(publication, texts)
        state.read(progress)
        progress("checking the shapes")
        with placing_faults(publication, state.shapes_graph):
            state.engine.set_plans(Plans.of(state.shapes_graph), run=run)
        return state

    def read(self, progress: Progress) -> None:
        files = self.publication.files
        faults = list(self.publication.faults)
        for text in self.texts:
            file = text.file
            progress(f"reading {file.place}", file.number, len(files))
            reader = TextReader(self.base_iri, {file.number: text.text})
            quads = self.checks.seen(reader.quads(file))
            if file.is_shapes:
                self.shapes[file] = list(quads)
            else:
                self.engine.graph.extend(self.statements.counted(quads))
            self.prefixes[file] = reader.prefixes
            faults += reader.faults
        self.statements.done()
        if not self.checks.statements and not faults:
            what = "the publication is empty; put a statement into one of its files"
            faults.append(SourceError(SourcePosition(self.publication.root, 1), what))
        if faults:
            raise SourceErrors(faults)

    @property
    def shapes_graph(self) -> list[Quad]:
        return _in_order(self.shapes)

    def results(self) -> list[ValidationResult]:
        """What is wrong, without lines but in the texts about the publication."""
        publication = self.publication
        languages = publication.settings.languages
        return [
            *self.checks.results(self._prefixes()),
            *self.engine.results(),
            *about_results(publication.about, languages, self.base_iri),
        ]

    def located(self, results: Sequence[ValidationResult]) -> list[ValidationResult]:
        """The same with their lines in the files as they are now; what has one stands last."""
        placed = [each for each in results if each.at]
        others = [each for each in results if not each.at]
        return [*(locate_in(self.lookups, others) if others else ()), *placed]

    def validation(self, report: ValidationReport) -> Validation:
        """A report with what it is to be shown and narrowed by."""
        return Validation(
            report,
            {"shapes": self.publication.settings.shapes_iri, **self._prefixes()},
            self.shapes_graph,
            self.checks.described,
        )

    def _prefixes(self) -> dict[str, str]:
        """Those of the files, of which the first decides."""
        prefixes: dict[str, str] = {}
        for file in sorted(self.prefixes, key=lambda file: file.number):
            prefixes = self.prefixes[file] | prefixes
        return prefixes

    @property
    def is_empty(self) -> bool:
        """Is nothing stated at all?"""
        return not self.engine.graph

    # How it changes

    def apply(
        self, publication: Publication, found: Sequence[Change], plans: Plans | None = None
    ) -> None:
        """Take over what has changed in the files, and other plans if they are to be followed.

        Raises ShapesError if a query of the shapes tells of a failure.
        """
        of_data = [change for change in found if not change.is_of_shapes]
        gone, new = self.statements.change(
            [quad for change in of_data for quad in change.removed],
            [quad for change in of_data for quad in change.added],
            self.engine.graph,
        )
        self._take_texts(publication, found)
        if len(of_data) < len(found):
            self.engine.graph.replace_shapes(self.shapes_graph)
        with placing_faults(publication, self.shapes_graph):
            if plans is None:
                self.engine.update(gone, new)
            else:
                self.engine.change(gone, new)
                self.engine.set_plans(plans)
        self.checks.change(
            [quad for change in found for quad in change.removed],
            [quad for change in found for quad in change.added],
            self,
        )

    def _take_texts(self, publication: Publication, found: Sequence[Change]) -> None:
        self.publication = publication
        texts = {text.file.place: text for text in self.texts}
        for change in found:
            own: dict[str, str] = {}
            if change.before:
                texts.pop(change.before.file.place, None)
                own = self.prefixes.pop(change.before.file, {})
                self.shapes.pop(change.before.file, None)
            if change.after:
                file = change.after.file
                texts[file.place] = change.after
                self.prefixes[file] = own if change.prefixes is None else change.prefixes
                if file.is_shapes:
                    self.shapes[file] = list(change.added)
                if change.part:
                    self.lookups.edit(change.after, *change.part)
        self.texts = sorted(texts.values(), key=lambda text: text.file.number)
        self.lookups.replace(self.texts)

    def changed_plans(self, publication: Publication, found: Sequence[Change]) -> Plans | None:
        """The plans of shapes that have changed, if they have; raises ShapesError."""
        of_shapes = [change for change in found if change.is_of_shapes]
        if not of_shapes:
            return None
        before = {change.before.file for change in of_shapes if change.before}
        shapes = {file: quads for file, quads in self.shapes.items() if file not in before}
        shapes |= {change.after.file: list(change.added) for change in of_shapes if change.after}
        shapes_graph = _in_order(shapes)
        with placing_faults(publication, shapes_graph):
            return Plans.of(shapes_graph)

    # What the checks ask

    def describes(self, iri: str) -> bool:
        return self.engine.graph.describes(NamedNode(iri))

    def version_iris(self) -> Iterator[str]:
        for term in self.engine.graph.objects_of(OWL_VERSION_IRI):
            if isinstance(term, NamedNode):
                yield term.value

    def mentions(self, iris: Set[str]) -> Iterator[Quad]:
        return self.lookups.mentions([NamedNode(iri) for iri in iris])


def _in_order(shapes: Mapping[SourceFile, Sequence[Quad]]) -> list[Quad]:
    return [quad for file in sorted(shapes, key=lambda file: file.number) for quad in shapes[file]]
