"""Hold all that follows from the evidence, each part computed once: what figures, tables and pages are made from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

from nordic_ai.analysis.audit import Finding, Power, audit, powers
from nordic_ai.analysis.changes import Change, compare_waves
from nordic_ai.analysis.comparability import Measure, decide, list_measures
from nordic_ai.analysis.observations import COUNTED, Observation, counted_as, list_observations, uncorrected_interval
from nordic_ai.analysis.statistics import Interval
from nordic_ai.evidence.loading import Evidence, find_root, read_evidence
from nordic_ai.evidence.vocabularies import Comparison


@dataclass(frozen=True)
class Report:
    """The evidence with everything derived from it; each property is computed on first use and then kept."""

    evidence: Evidence

    @cached_property
    def observations(self) -> Mapping[str, Observation]:
        """All observations by id, in the order of the files."""
        return list_observations(self.evidence)

    @cached_property
    def numbers(self) -> Sequence[Observation]:
        """The observations with a number, each once however often it is printed."""
        return [one for one in self.observations.values() if one.value is not None and one.restates is None]

    @cached_property
    def results(self) -> Sequence[Observation]:
        """The numbers that tell something of artificial intelligence: those counted as `results`."""
        return [one for one in self.numbers if counted_as(one) == "results"]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many observations there are, how many of them are numbers, and how many count as what `counted_as` says.

        The parts add up: observations are numbers, mentions and gaps; numbers are the rest.
        """
        parts = Counter(dict.fromkeys(COUNTED, 0))
        parts.update(map(counted_as, self.observations.values()))
        return {"observations": len(self.observations), "numbers": len(self.numbers), **parts}

    @cached_property
    def publications(self) -> Mapping[str, int]:
        """How many publications were read `whole` and how many `in part`."""
        read = Counter(source.reading.extent for source in self.evidence.sources.values())
        return {extent: read[extent] for extent in ("whole", "in part")}

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """All questions and figures by id, in the order of the files."""
        return list_measures(self.evidence)

    @cached_property
    def decisions(self) -> Mapping[frozenset[str], Comparison]:
        """The decision on each pair of questions or figures under one indicator; raises `EvidenceError`."""
        return decide(self)

    @cached_property
    def changes(self) -> Mapping[tuple[str, str], Change]:
        """The change between each two observations that may be compared over time, by their ids."""
        return compare_waves(self.observations.values(), self.decisions)

    @cached_property
    def uncorrected_intervals(self) -> Mapping[str, Interval]:
        """By observation, the interval as it would be if not all of the frame had been asked."""
        corrected = (o for o in self.observations.values() if o.frame_size is not None and o.ci_low is not None)
        return {observation.observation_id: uncorrected_interval(observation) for observation in corrected}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the audit, in the order of the files and then of the checks."""
        return tuple(audit(self.evidence, self.observations))

    @cached_property
    def powers(self) -> tuple[Power, ...]:
        """What the checks of each survey could have found, in the order of the files."""
        return tuple(powers(self.evidence, self.observations))

    @cached_property
    def contradictions(self) -> tuple[Finding, ...]:
        """The findings by which printed numbers do not fit together."""
        return tuple(finding for finding in self.findings if finding.verdict == "contradicted")

    def complete(self) -> Self:
        """Compute every property now, so that a copy in another process computes nothing; raises `EvidenceError`."""
        for name, value in vars(type(self)).items():
            if isinstance(value, cached_property):
                getattr(self, name)
        return self


@lru_cache(maxsize=1)
def _load(root: Path) -> Report:
    return Report(read_evidence(root))


def load_report() -> Report:
    """Give the report of the project that the working folder lies in, read once; raises `EvidenceError`."""
    return _load(find_root())
