"""Translate the errors of an object store into messages for people.

A message is composed here, from the kind of error alone. The texts of the library contain addresses, which may be
signed, and answers of the server; no part of them is shown, except the code of the error.
"""

from __future__ import annotations

import re

from posts.errors import RemoteError
from posts.files.remote_address import Address

CREDENTIALS = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    "gs": "set GOOGLE_APPLICATION_CREDENTIALS, or run `gcloud auth application-default login`",
    "az": "set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}
_PERMISSIONS = {
    "s3": "s3:PutObject, s3:GetObject, s3:DeleteObject and s3:ListBucket",
    "gs": "the role Storage Object User",
    "az": "the role Storage Blob Data Contributor",
}
_PERMISSIONS_TO_READ = {
    "s3": "s3:ListBucket and s3:GetObject",
    "gs": "the role Storage Object Viewer",
    "az": "the role Storage Blob Data Reader",
}
_REGION = {
    "s3": "set AWS_REGION to the region of the bucket",
    "gs": "correct GOOGLE_BASE_URL",
    "az": "correct the account",
}

# The codes of errors, and what they mean. The remedies depend on the provider (`_remedies`).
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
# https://cloud.google.com/storage/docs/xml-api/reference-status
# https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes
_CODES = {
    "clock": "RequestTimeTooSkewed RequestExpired",
    "bucket": "NoSuchBucket ContainerNotFound ContainerBeingDeleted",
    "region": "AuthorizationHeaderMalformed IllegalLocationConstraintException PermanentRedirect TemporaryRedirect",
    "denied": "AccessDenied AuthorizationFailure AuthorizationPermissionMismatch InsufficientAccountPermissions",
    "busy": "InternalError OperationTimedOut RequestTimeout ServerBusy ServiceUnavailable SlowDown",
    "damaged": "BadDigest InvalidDigest Md5Mismatch XAmzContentSHA256Mismatch XAmzContentChecksumMismatch",
    "credentials": "AuthenticationFailed ExpiredToken InvalidAccessKeyId InvalidAuthenticationInfo InvalidSecurity"
    " InvalidToken NoAuthenticationInformation SignatureDoesNotMatch TokenRefreshRequired Unauthorized",
}
_KINDS = {code: kind for kind, codes in _CODES.items() for code in codes.split()}
_STATUSES = {301: "region", 307: "region", 401: "credentials", 403: "denied", 408: "busy", 429: "busy"}

# What the text of an error without an answer of the store tells; the first one that is found counts.
_NETWORK = (
    ("BadScheme", "the endpoint is not https; write http:// into the endpoint in the environment to allow that"),
    ("dns error", "the name of its server is not known; check the endpoint, the region and the network"),
    ("certificate", "the certificate of its server is not valid; check the endpoint and the clock of this machine"),
    ("TimedOut", "the server did not answer in time; check the network, and run again"),
    ("kind: Timeout", "the server did not answer in time; check the network, and run again"),
    ("kind: Connect,", "its server cannot be reached; check the endpoint and the network, and run again"),
    ("InvalidPath", "an object has a key with an empty part, `.` or `..`, such as `a//b`; rename or remove it"),
    ("parse path", "the path has an empty part, `.` or `..`; correct it"),
    ("HttpError", "the connection was lost; check the network, and run again"),
    ("", "the answer was not understood; check that the endpoint is that of an object store"),
)

_CODE = re.compile(r"<Code>([A-Za-z0-9]{1,60})</Code>|DeleteFailed \{[^}]*? code: \"([A-Za-z0-9]{1,60})\"")
_STATUS = re.compile(r"non-2xx status code: (\d{3})|status: (\d{3})\b")
# Where the library gets credentials from: the metadata services of machines, and the token services of the providers.
_TOKENS = re.compile(
    r"169\.254\.|fd00:ec2|metadata\.google|/computeMetadata|token request|oauth2|//sts\.|AssumeRole", re.IGNORECASE
)

# A name with an empty part, `.`, `..` or control characters ends a listing.
_UNLISTED = re.compile(r'invalid path: (?:Error parsing )?Path "([^"\n]*)"')


class DeniedError(RemoteError):
    """The credentials do not permit a request."""


class ListingError(RemoteError):
    """The library cannot list the bucket, because of the name of an object in it."""


def code_of(error: BaseException) -> str:
    """Return the code that the server gave, such as `NoSuchBucket`, or ""."""
    found = _CODE.search(str(error))
    return (found[1] or found[2]) if found else ""


def status_of(error: BaseException) -> int:
    """Return the HTTP status of the answer that an error is about, or 0."""
    found = _STATUS.search(str(error))
    return int(found[1] or found[2]) if found else 0


def is_missing(error: BaseException) -> bool:
    """Say whether an error is about an object that does not exist, in a bucket that may exist."""
    missing = isinstance(error, FileNotFoundError) or status_of(error) == 404
    return missing and _KINDS.get(code_of(error)) != "bucket" and not _TOKENS.search(str(error))


def is_behind_end(error: BaseException) -> bool:
    """Say whether an error is about a range that begins behind the end of an object."""
    return status_of(error) == 416 or "StartTooLarge" in str(error)


def is_lost(error: BaseException) -> bool:
    """Say whether an error is that of a connection, so that it is not known whether the request was carried out."""
    return not status_of(error) and "HttpError" in str(error)


def remote_error(address: Address, doing: str, error: BaseException) -> RemoteError:
    """Return the error to raise for an error of the library.

    Args:
        address: The bucket.
        doing: What was done, such as `writing feeds/rss.xml`.
        error: What the library raised.
    """
    code, status = code_of(error), status_of(error)
    kind = _KINDS.get(code) or ("busy" if status >= 500 else _STATUSES.get(status, "refused" if status or code else ""))
    if not code and _TOKENS.search(str(error)):
        kind = "tokens"
    if not status and "BareRedirect" in str(error):  # Amazon's answer from another region, which names no address
        kind, status = "region", 301
    note = f" ({code})" if code else f" (HTTP status {status})" if status else ""
    if named := _UNLISTED.search(str(error)):
        name = named[1].encode("ascii", "backslashreplace").decode()[:200]
        reason = f"an object has the name {name!r}, which the library cannot list; rename or remove it"
    elif kind:
        what, remedy = _remedies(address, is_reading=doing.startswith(("listing", "reading", "looking")))[kind]
        reason = f"{what}{note}; {remedy}"
    else:
        reason = next(reason for part, reason in _NETWORK if part in str(error))
    kind_of_error = ListingError if named else DeniedError if kind == "denied" else RemoteError
    return kind_of_error(f"{address.text}: {doing} failed: {reason}")


def _remedies(address: Address, *, is_reading: bool) -> dict[str, tuple[str, str]]:
    scheme = address.scheme
    permissions = _PERMISSIONS_TO_READ if is_reading else _PERMISSIONS
    return {
        "clock": ("the clock of this machine is wrong", "set it, for example by NTP"),
        "bucket": (f"there is no bucket {address.host!r}", "create it, or correct the address or the endpoint"),
        "region": ("the bucket is in another region", _REGION[scheme]),
        "damaged": ("the bytes were damaged on the way", "run again"),
        "credentials": ("the credentials are wrong or have expired", CREDENTIALS[scheme]),
        "denied": ("access is denied", f"the credentials need {permissions[scheme]}"),
        "busy": ("the store could not answer, several times", "run again later"),
        "tokens": ("credentials could not be fetched", CREDENTIALS[scheme]),
        "refused": ("the store refuses the request", "check the address and the endpoint"),
    }
