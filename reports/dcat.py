"""The catalogue of open data as DCAT-AP-SE 3 (docs.dataportal.se/dcat/3.0.1), in Turtle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from reports.edition import DEMO
from reports.settings import OpenDataSettings
from reports.turtle import Iri, Literal, Nested, Resource, Term, turtle

_EU: Final = "http://publications.europa.eu/resource/authority"
_PREFIXES: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_FORMATS: Final = {"csv": ("CSV", "text/csv"), "parquet": ("PARQUET", "application/vnd.apache.parquet")}
_HEALTH: Final = Iri(f"{_EU}/data-theme/HEAL")


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A theme's data of one year: `files` are (name, bytes) of its distributions, told apart by the name's ending; days are inclusive."""

    id: str
    title: str
    title_en: str
    first_day: date
    last_day: date
    issued: date
    modified: date
    files: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, kw_only=True)
class Series:
    """A theme: the datasets of its years, oldest first, all described alike."""

    id: str
    title: str
    title_en: str
    description: str
    description_en: str
    keywords: tuple[str, ...]
    datasets: tuple[Dataset, ...]

    @property
    def issued(self) -> date:
        """When the first of it was published."""
        return min(dataset.issued for dataset in self.datasets)

    @property
    def modified(self) -> date:
        """When any of it was published latest."""
        return max(dataset.modified for dataset in self.datasets)


def catalogue(settings: OpenDataSettings, series: Sequence[Series], *, is_demo: bool) -> bytes:
    """The catalogue, its publisher, a series of datasets for each theme, the datasets and their distributions, as Turtle.

    Mandatory: for the catalogue title, description, publisher, license and dataset; for a series and a dataset title, description and
    publisher; for a distribution accessURL and format. A demo says so in every title and description.
    """
    base = settings.base_url.rstrip("/")
    mark = f"{DEMO}: " if is_demo else ""
    resources = [_catalogue(settings, base, series, mark), _publisher(settings)]
    for each in series:
        resources.append(_series(settings, base, each, mark))
        for dataset in each.datasets:
            resources.append(_dataset(settings, base, each, dataset, mark))
            resources.extend(_distribution(settings, base, dataset, name, content) for name, content in dataset.files)
    return turtle(_PREFIXES, resources)


def _in_both(name: str, swedish: str, english: str, mark: str) -> Iterator[tuple[str, Term]]:
    yield name, Literal(mark + swedish, "sv")
    yield name, Literal(mark + english, "en")


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype="xsd:date")


def _catalogue(settings: OpenDataSettings, base: str, series: Sequence[Series], mark: str) -> Resource:
    return Resource(
        Iri(f"{base}/catalog"),
        "dcat:Catalog",
        [
            *_in_both("dcterms:title", settings.title, settings.title_en, mark),
            *_in_both("dcterms:description", settings.description, settings.description_en, mark),
            ("dcterms:publisher", Iri(settings.publisher_uri)),
            ("dcterms:license", Iri(settings.license)),
            ("dcterms:language", Iri(f"{_EU}/language/SWE")),
            ("dcterms:spatial", Iri(settings.spatial)),
            ("dcterms:issued", _day(min(each.issued for each in series))),
            ("dcterms:modified", _day(max(each.modified for each in series))),
            ("foaf:homepage", Iri(settings.homepage)),
            ("dcat:themeTaxonomy", Iri(f"{_EU}/data-theme")),
            *(("dcat:dataset", Iri(f"{base}/series/{each.id}")) for each in series),
            *(("dcat:dataset", Iri(f"{base}/dataset/{dataset.id}")) for each in series for dataset in each.datasets),
        ],
    )


def _publisher(settings: OpenDataSettings) -> Resource:
    properties: list[tuple[str, Term]] = [("foaf:name", Literal(settings.publisher)), ("dcterms:type", Iri(settings.publisher_type))]
    return Resource(Iri(settings.publisher_uri), "foaf:Agent", properties)


def _series(settings: OpenDataSettings, base: str, series: Series, mark: str) -> Resource:
    return Resource(
        Iri(f"{base}/series/{series.id}"),
        "dcat:DatasetSeries",
        [
            *_in_both("dcterms:title", series.title, series.title_en, mark),
            *_described(settings, series, mark),
            ("dcterms:issued", _day(series.issued)),
            ("dcterms:modified", _day(series.modified)),
            ("dcterms:temporal", _span(series.datasets[0].first_day, series.datasets[-1].last_day)),
            ("dcterms:accrualPeriodicity", Iri(f"{_EU}/frequency/ANNUAL")),
            ("dcat:landingPage", Iri(f"{base}#{series.id}")),
        ],
    )


def _dataset(settings: OpenDataSettings, base: str, series: Series, dataset: Dataset, mark: str) -> Resource:
    return Resource(
        Iri(f"{base}/dataset/{dataset.id}"),
        "dcat:Dataset",
        [
            *_in_both("dcterms:title", dataset.title, dataset.title_en, mark),
            *_described(settings, series, mark),
            ("dcat:inSeries", Iri(f"{base}/series/{series.id}")),
            ("dcterms:identifier", Literal(f"{base}/dataset/{dataset.id}")),
            ("dcterms:issued", _day(dataset.issued)),
            ("dcterms:modified", _day(dataset.modified)),
            ("dcterms:language", Iri(f"{_EU}/language/SWE")),
            ("dcterms:temporal", _span(dataset.first_day, dataset.last_day)),
            ("dcterms:accessRights", Iri(f"{_EU}/access-right/PUBLIC")),
            ("dcat:landingPage", Iri(f"{base}#{series.id}")),
            *(("dcat:distribution", Iri(f"{base}/distribution/{name}")) for name, _ in dataset.files),
        ],
    )


def _described(settings: OpenDataSettings, series: Series, mark: str) -> Iterator[tuple[str, Term]]:
    """What a series and its datasets have in common."""
    yield from _in_both("dcterms:description", series.description, series.description_en, mark)
    yield "dcterms:publisher", Iri(settings.publisher_uri)
    yield (
        "dcat:contactPoint",
        Nested(
            [
                ("a", _vcard("Organization")),
                ("vcard:fn", Literal(settings.contact)),
                ("vcard:hasEmail", Iri(f"mailto:{settings.contact_email}")),
            ]
        ),
    )
    yield from (("dcat:keyword", Literal(word, "sv")) for word in series.keywords)
    yield "dcat:theme", _HEALTH
    yield "dcterms:spatial", Iri(settings.spatial)


def _span(first: date, last: date) -> Nested:
    return Nested([("a", _dct("PeriodOfTime")), ("dcat:startDate", _day(first)), ("dcat:endDate", _day(last))])


def _distribution(settings: OpenDataSettings, base: str, dataset: Dataset, name: str, content: bytes) -> Resource:
    kind, media_type = _FORMATS[name.rsplit(".", 1)[1]]
    checksum = Nested(
        [
            ("a", Iri(f"{_PREFIXES['spdx']}Checksum")),
            ("spdx:algorithm", Iri(f"{_PREFIXES['spdx']}checksumAlgorithm_sha256")),
            ("spdx:checksumValue", Literal(hashlib.sha256(content).hexdigest(), datatype="xsd:hexBinary")),
        ]
    )
    return Resource(
        Iri(f"{base}/distribution/{name}"),
        "dcat:Distribution",
        [
            ("dcterms:title", Literal(f"{dataset.title}, {kind}", "sv")),
            ("dcat:accessURL", Iri(f"{base}/{name}")),
            ("dcat:downloadURL", Iri(f"{base}/{name}")),
            ("dcterms:format", Iri(f"{_EU}/file-type/{kind}")),
            ("dcat:mediaType", Iri(f"https://www.iana.org/assignments/media-types/{media_type}")),
            ("dcterms:license", Iri(settings.license)),
            ("dcatap:availability", Iri(f"{_EU}/planned-availability/STABLE")),
            ("dcterms:issued", _day(dataset.issued)),
            ("dcterms:modified", _day(dataset.modified)),
            ("dcat:byteSize", Literal(str(len(content)), datatype="xsd:nonNegativeInteger")),
            ("spdx:checksum", checksum),
        ],
    )


def _vcard(name: str) -> Iri:
    return Iri(_PREFIXES["vcard"] + name)


def _dct(name: str) -> Iri:
    return Iri(_PREFIXES["dcterms"] + name)
