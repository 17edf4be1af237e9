"""What config.yaml says of where the deliveries' rows lie, when that is not the storage folder."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator

from config.values import Text

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX: Final = re.compile(r"(/[A-Za-z0-9._-]+)*/?")


def _bucket(url: str) -> str:
    parts = urlsplit(url)
    if "@" in url or parts.query or parts.fragment:
        raise ValueError("nycklar hör inte hemma i filen. Ange dem i miljön (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)")
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc) or not _PREFIX.fullmatch(parts.path):
        raise ValueError("ska vara s3://HINK eller s3://HINK/MAPP. Utan deliveries ligger raderna i lagringsmappen")
    return url.rstrip("/")


BucketUrl = Annotated[Text, AfterValidator(_bucket)]
"""`s3://bucket` or `s3://bucket/prefix`; where the store is and who asks is known from the environment."""
