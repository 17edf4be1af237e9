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
    """A theme's data: `files` are (name, bytes) of its distributions, told apart by the name's ending; days are inclusive."""

    id: str
    title: str
    title_en: str
    description: str
    description_en: str
    keywords: tuple[str, ...]
    first_day: date
    last_day: date
    files: tuple[tuple[str, bytes], ...]


def catalogue(settings: OpenDataSettings, datasets: Sequence[Dataset], *, issued: date, is_demo: bool) -> bytes:
    """The catalogue, its publisher, its datasets and their distributions as Turtle. `issued` is the day the figures were made.

    Mandatory: for the catalogue title, description, publisher, license and dataset; for a dataset title, description and publisher;
    for a distribution accessURL and format. A demo says so in every title and description.
    """
    base = settings.base_url.rstrip("/")
    mark = f"{DEMO}: " if is_demo else ""
    resources = [_catalogue(settings, base, datasets, issued, mark), _publisher(settings)]
    for dataset in datasets:
        resources.append(_dataset(settings, base, dataset, issued, mark))
        resources.extend(_distribution(settings, base, dataset, name, content, issued) for name, content in dataset.files)
    return turtle(_PREFIXES, resources)


def _in_both(name: str, swedish: str, english: str, mark: str) -> Iterator[tuple[str, Term]]:
    yield name, Literal(mark + swedish, "sv")
    yield name, Literal(mark + english, "en")


def _day(day: date) -> Literal:
    return Literal(day.isoformat(), datatype="xsd:date")


def _catalogue(settings: OpenDataSettings, base: str, datasets: Sequence[Dataset], issued: date, mark: str) -> Resource:
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
            ("dcterms:issued", _day(issued)),
            ("dcterms:modified", _day(issued)),
            ("foaf:homepage", Iri(settings.homepage)),
            ("dcat:themeTaxonomy", Iri(f"{_EU}/data-theme")),
            *(("dcat:dataset", Iri(f"{base}/dataset/{dataset.id}")) for dataset in datasets),
        ],
    )


def _publisher(settings: OpenDataSettings) -> Resource:
    properties: list[tuple[str, Term]] = [("foaf:name", Literal(settings.publisher)), ("dcterms:type", Iri(settings.publisher_type))]
    return Resource(Iri(settings.publisher_uri), "foaf:Agent", properties)


def _dataset(settings: OpenDataSettings, base: str, dataset: Dataset, issued: date, mark: str) -> Resource:
    contact = Nested(
        [
            ("a", _vcard("Organization")),
            ("vcard:fn", Literal(settings.contact)),
            ("vcard:hasEmail", Iri(f"mailto:{settings.contact_email}")),
        ]
    )
    span = Nested([("a", _dct("PeriodOfTime")), ("dcat:startDate", _day(dataset.first_day)), ("dcat:endDate", _day(dataset.last_day))])
    return Resource(
        Iri(f"{base}/dataset/{dataset.id}"),
        "dcat:Dataset",
        [
            *_in_both("dcterms:title", dataset.title, dataset.title_en, mark),
            *_in_both("dcterms:description", dataset.description, dataset.description_en, mark),
            ("dcterms:publisher", Iri(settings.publisher_uri)),
            ("dcat:contactPoint", contact),
            *(("dcat:keyword", Literal(word, "sv")) for word in dataset.keywords),
            ("dcat:theme", _HEALTH),
            ("dcterms:identifier", Literal(f"{base}/dataset/{dataset.id}")),
            ("dcterms:issued", _day(issued)),
            ("dcterms:modified", _day(issued)),
            ("dcterms:language", Iri(f"{_EU}/language/SWE")),
            ("dcterms:spatial", Iri(settings.spatial)),
            ("dcterms:temporal", span),
            ("dcterms:accessRights", Iri(f"{_EU}/access-right/PUBLIC")),
            ("dcterms:accrualPeriodicity", Iri(f"{_EU}/frequency/QUARTERLY")),
            *(("dcat:distribution", Iri(f"{base}/distribution/{name}")) for name, _ in dataset.files),
        ],
    )


def _distribution(settings: OpenDataSettings, base: str, dataset: Dataset, name: str, content: bytes, issued: date) -> Resource:
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
            ("dcterms:issued", _day(issued)),
            ("dcat:byteSize", Literal(str(len(content)), datatype="xsd:nonNegativeInteger")),
            ("spdx:checksum", checksum),
        ],
    )


def _vcard(name: str) -> Iri:
    return Iri(_PREFIXES["vcard"] + name)


def _dct(name: str) -> Iri:
    return Iri(_PREFIXES["dcterms"] + name)
