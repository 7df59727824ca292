"""Connect to a bucket with what the environment says: credentials, endpoint, region.

The library reads most variables itself. Added here are the files of Amazon's tools, the names of variables that the
`az` program uses, and an early end where there are no credentials: the library would ask the metadata service of a
cloud machine for minutes.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from posts.errors import RemoteError
from posts.files.remote_address import Address
from posts.objects.aws_files import profile_settings
from posts.objects.failures import CREDENTIALS

if TYPE_CHECKING:
    from obstore.store import AzureConfig, AzureStore, ClientConfig, GCSConfig, GCSStore, RetryConfig, S3Config, S3Store

_AWS_KEYS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SKIP_SIGNATURE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_METADATA_ENDPOINT",
)
_GOOGLE_KEYS = (
    "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SERVICE_ACCOUNT_PATH",
    "GOOGLE_SERVICE_ACCOUNT_KEY",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_BEARER_TOKEN",
    "GOOGLE_SKIP_SIGNATURE",
)
_AZURE_KEYS = (
    "AZURE_STORAGE_ACCOUNT_KEY",
    "AZURE_STORAGE_ACCESS_KEY",
    "AZURE_STORAGE_MASTER_KEY",
    "AZURE_STORAGE_SAS_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_STORAGE_TOKEN",
    "AZURE_STORAGE_CLIENT_SECRET",
    "AZURE_CLIENT_SECRET",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_USE_AZURE_CLI",
    "AZURE_SKIP_SIGNATURE",
    "AZURE_STORAGE_USE_EMULATOR",
    "AZURE_MSI_ENDPOINT",
    "IDENTITY_ENDPOINT",
)
_AWS_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_GOOGLE_ENDPOINTS = ("GOOGLE_BASE_URL",)
_AZURE_ENDPOINTS = ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT")
_METADATA = ("169.254.169.254", 80)  # the metadata service of machines at Amazon, Google and Microsoft


class Patience(Struct, frozen=True):
    """How long to wait for an object store. The times are in seconds.

    Attributes:
        retries: How often a request is tried again, after increasing pauses.
        first_pause: The pause before the second try; it doubles from try to try, up to `longest_pause`.
        longest_pause: The longest pause.
        timeout: The time for one request and its answer.
        total: The time after which a request is not tried again.
    """

    retries: int = 6
    first_pause: float = 0.2
    longest_pause: float = 8
    timeout: float = 60
    total: float = 120


def connect(address: Address, patience: Patience, *, anonymous: bool = False) -> S3Store | GCSStore | AzureStore:
    """Return the library's store for the bucket of an address. No request is sent.

    Args:
        address: The address.
        patience: How long to wait.
        anonymous: Whether to send requests without credentials, as everyone can.

    Raises:
        RemoteError: The extra `cloud` is not installed, or credentials are missing or cannot be used.
    """
    try:
        from obstore.exceptions import BaseError
        from obstore.store import AzureStore, GCSStore, S3Store
    except ImportError:
        raise RemoteError(f"{address.text} needs a library: run `pip install 'feedmill[cloud]'`") from None
    environment, home, bucket = os.environ, Path.home(), address.host
    retry: RetryConfig = {
        "max_retries": patience.retries,
        "retry_timeout": timedelta(seconds=patience.total),
        "backoff": {
            "init_backoff": timedelta(seconds=patience.first_pause),
            "max_backoff": timedelta(seconds=patience.longest_pause),
        },
    }
    client: ClientConfig = {
        "timeout": timedelta(seconds=patience.timeout),
        "connect_timeout": timedelta(seconds=min(10, patience.timeout)),
    }
    try:
        if address.scheme == "s3":
            s3 = _s3_config(environment, home)
            client["allow_http"] = _is_http(environment, _AWS_ENDPOINTS, s3.get("endpoint", ""))
            s3 = {**s3, "skip_signature": True} if anonymous else s3
            return S3Store(bucket, config=s3, client_options=client, retry_config=retry)
        if address.scheme == "gs":
            _require_google_credentials(environment, home)
            client["allow_http"] = _is_http(environment, _GOOGLE_ENDPOINTS)
            google: GCSConfig = {"skip_signature": True} if anonymous else {}
            return GCSStore(bucket, config=google, client_options=client, retry_config=retry)
        azure = _azure_config(environment)
        emulator = environment.get("AZURE_STORAGE_USE_EMULATOR", "").lower() in {"1", "true", "yes", "on", "y"}
        client["allow_http"] = _is_http(environment, _AZURE_ENDPOINTS, azure.get("endpoint", "")) or emulator
        azure = {**azure, "skip_signature": True} if anonymous else azure
        return AzureStore(bucket, config=azure, client_options=client, retry_config=retry)
    except RemoteError as error:
        raise RemoteError(f"{address.text}: {error}") from None
    except (BaseError, ValueError, OSError):
        wrong = f"{address.text}: the settings for it in the environment are not complete or not valid"
        raise RemoteError(f"{wrong}; {CREDENTIALS[address.scheme]}") from None


def _s3_config(environment: Mapping[str, str], home: Path) -> S3Config:
    config: S3Config = {}
    if any(environment.get(name) for name in _AWS_KEYS) and not environment.get("AWS_PROFILE"):
        return config
    profile = profile_settings(environment, home)
    if not any(environment.get(name) for name in _AWS_ENDPOINTS) and profile.get("endpoint_url"):
        config["endpoint"] = profile["endpoint_url"]
    if not (environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")) and profile.get("region"):
        config["region"] = profile["region"]
    if any(environment.get(name) for name in _AWS_KEYS):  # as in Amazon's tools, keys come from the environment first
        return config
    if profile.get("aws_access_key_id") and profile.get("aws_secret_access_key"):
        config["access_key_id"] = profile["aws_access_key_id"]
        config["secret_access_key"] = profile["aws_secret_access_key"]
        if profile.get("aws_session_token"):
            config["session_token"] = profile["aws_session_token"]
        return config
    if environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true" or not _is_cloud_machine():
        raise RemoteError(f"there are no credentials; {CREDENTIALS['s3']}")
    return config


def _require_google_credentials(environment: Mapping[str, str], home: Path) -> None:
    written = home / ".config" / "gcloud" / "application_default_credentials.json"
    given = any(environment.get(name) for name in _GOOGLE_KEYS)
    if not (given or written.is_file() or _is_cloud_machine()):
        raise RemoteError(f"there are no credentials; {CREDENTIALS['gs']}")


def _azure_config(environment: Mapping[str, str]) -> AzureConfig:
    config: AzureConfig = {}
    parts = environment.get("AZURE_STORAGE_CONNECTION_STRING", "").split(";")
    connection = {name: value for name, _, value in (part.strip().partition("=") for part in parts) if value}
    if account := environment.get("AZURE_STORAGE_ACCOUNT") or connection.get("AccountName"):
        config["account_name"] = account
    if key := environment.get("AZURE_STORAGE_KEY") or connection.get("AccountKey"):
        config["account_key"] = key
    if signature := connection.get("SharedAccessSignature"):
        config["sas_key"] = signature
    if endpoint := connection.get("BlobEndpoint"):
        config["endpoint"] = endpoint
    given = len(config.keys() - {"account_name", "endpoint"}) or any(environment.get(name) for name in _AZURE_KEYS)
    if not given and not _is_cloud_machine():
        raise RemoteError(f"there are no credentials; {CREDENTIALS['az']}")
    return config


def _is_http(environment: Mapping[str, str], names: tuple[str, ...], written: str = "") -> bool:
    """Say whether the endpoint that the user chose is one without TLS.

    Raises:
        RemoteError: An endpoint is not an address.
    """
    found = {name: environment[name] for name in names if environment.get(name)}
    if written:
        found["the endpoint of the profile or connection string"] = written
    for name, endpoint in found.items():
        try:
            parts = urlsplit(endpoint)
            valid = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1)
        except ValueError:
            valid = False
        if not valid or "@" in endpoint or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
            raise RemoteError(f"{name} is not an address such as https://storage.example.org; correct it")
    return any(endpoint.startswith("http://") for endpoint in list(found.values())[:1])


def _is_cloud_machine() -> bool:
    """Say whether a metadata service, which gives credentials to the machines of a cloud, can be reached."""
    try:
        with socket.create_connection(_METADATA, timeout=1):
            return True
    except OSError:
        return False
