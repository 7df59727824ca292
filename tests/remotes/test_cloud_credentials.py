"""Credentials and endpoints of object stores: where they come from, and that no message contains them."""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from posts.errors import RemoteError
from posts.files.remote_address import parse_address
from posts.objects.store import open_store
from tests.needs import REQUIRED
from tests.remotes.fault_proxy import FaultProxy, fault_proxy
from tests.remotes.object_stores import AZURE_ACCOUNT, AZURE_KEY, QUICK, azure_server, clean_environment, s3_server

if not REQUIRED:
    pytest.importorskip("obstore", reason="needs obstore: install feedmill[cloud]")

ROOT = Path(__file__).parents[2]
SECRETS = ("AKIASECRET", "VERYSECRET", "TOKENSECRET", "SIGSECRET")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    clean_environment(monkeypatch, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_server() as endpoint:
        yield endpoint


def failure(address: str = "s3://bucket/feeds") -> str:
    """The message of the error of opening and writing, which has no secrets, nor has its traceback."""
    with pytest.raises(RemoteError) as raised:
        open_store(parse_address(address), QUICK).put("rss.xml", b"<rss/>")
    shown = "".join(traceback.format_exception(raised.value))
    assert not [secret for secret in SECRETS if secret in shown]
    assert str(raised.value).startswith(address)
    return str(raised.value)


def files(home: Path, credentials: str = "", config: str = "") -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "credentials").write_text(credentials)
    (home / ".aws" / "config").write_text(config)


KEYS = "aws_access_key_id = AKIASECRET\naws_secret_access_key = VERYSECRET\n"


def signed_with(proxy: FaultProxy) -> str:
    open_store(parse_address("s3://bucket/feeds"), QUICK).put("rss.xml", b"<rss/>")
    return proxy.authorizations[-1]


@pytest.fixture
def proxy(endpoint: str) -> Iterator[FaultProxy]:
    with fault_proxy(endpoint) as proxy:
        yield proxy


def test_keys_region_and_endpoint_come_from_the_files_of_amazons_tools(proxy: FaultProxy, home: Path) -> None:
    files(home, f"[default]\n{KEYS}", f"[default]\nregion = eu-west-3\nendpoint_url = {proxy.address}\n")
    assert "Credential=AKIASECRET/" in signed_with(proxy)
    assert "/eu-west-3/s3/" in signed_with(proxy)


def test_a_profile_is_chosen_in_the_environment(proxy: FaultProxy, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = f"[profile web]\nregion = eu-west-1\nendpoint_url = {proxy.address}\n"
    files(home, "[web]\naws_access_key_id = AKIAWEB\naws_secret_access_key = x\naws_session_token = t\n", config)
    monkeypatch.setenv("AWS_PROFILE", "web")
    assert "Credential=AKIAWEB/" in signed_with(proxy)
    monkeypatch.setenv("AWS_PROFILE", "wbe")
    assert "there is no profile 'wbe'" in failure()


def test_the_environment_comes_before_the_files(proxy: FaultProxy, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files(home, f"[default]\n{KEYS}", "[default]\nregion = eu-west-3\nendpoint_url = https://elsewhere.invalid\n")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAENV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
    assert "Credential=AKIAENV/" in signed_with(proxy)
    assert "/us-west-2/s3/" in signed_with(proxy)


@pytest.mark.parametrize("key", ["sso_session = x", "role_arn = arn", "credential_process = /bin/x"])
def test_a_profile_without_keys_leads_to_the_command_that_exports_them(home: Path, key: str) -> None:
    files(home, config=f"[default]\n{key}\n")
    name = key.partition(" ")[0]
    assert f"the profile 'default' has {name} and no keys" in failure()
    assert "aws configure export-credentials --profile default --format env" in failure()


def test_a_file_that_is_not_valid_is_named_and_not_shown(home: Path) -> None:
    files(home, "AKIASECRET VERYSECRET\n")
    assert f"{home}/.aws/credentials cannot be read" in failure()


@pytest.mark.parametrize(
    "address, remedy",
    [
        ("s3://bucket", "there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"),
        ("gs://bucket", "there are no credentials; set GOOGLE_APPLICATION_CREDENTIALS"),
        ("az://bucket", "there are no credentials; set AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY"),
    ],
)
def test_missing_credentials_end_the_upload_at_once(address: str, remedy: str) -> None:
    assert remedy in failure(address)


NOT_VALID = "the settings for it in the environment are not complete or not valid"


@pytest.mark.parametrize(
    "address, settings, reason",
    [
        ("s3://bucket", {"AWS_ACCESS_KEY_ID": "AKIASECRET"}, NOT_VALID),
        ("gs://bucket", {"GOOGLE_APPLICATION_CREDENTIALS": "VERYSECRET.json"}, NOT_VALID),
        ("gs://bucket", {"GOOGLE_SERVICE_ACCOUNT_KEY": '{"private_key": "VERYSECRET"}'}, NOT_VALID),
        ("az://bucket", {"AZURE_STORAGE_ACCOUNT_KEY": "VERYSECRET"}, NOT_VALID),
        ("az://bucket", {"AZURE_STORAGE_ACCOUNT": "a", "AZURE_STORAGE_KEY": "VERYSECRET"}, NOT_VALID),
        ("az://bucket", {"AZURE_STORAGE_CONNECTION_STRING": "AccountName=a;AccountKey=VERYSECRET"}, NOT_VALID),
    ],
)
def test_settings_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, address: str, settings: dict[str, str], reason: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert reason in failure(address)


@pytest.mark.parametrize(
    "value", ["storage.example.org", "https://u:VERYSECRET@s.example", "https://a b", "ftp://x", "https://x:99999"]
)
@pytest.mark.parametrize(
    "name, address",
    [
        ("AWS_ENDPOINT_URL", "s3://bucket"),
        ("GOOGLE_BASE_URL", "gs://bucket"),
        ("AZURE_STORAGE_ENDPOINT", "az://bucket"),
    ],
)
def test_an_endpoint_that_is_not_an_address(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str, value: str
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIASECRET", "AWS_SECRET_ACCESS_KEY": "VERYSECRET", "GOOGLE_BEARER_TOKEN": "x"}
    keys |= {"AZURE_STORAGE_ACCOUNT_NAME": "a", "AZURE_STORAGE_ACCOUNT_KEY": AZURE_KEY, name: value}
    for key, text in keys.items():
        monkeypatch.setenv(key, text)
    assert f"{name} is not an address such as https://" in failure(address)


@pytest.mark.parametrize(
    "code, status, reason",
    [
        ("InvalidAccessKeyId", 403, "the credentials are wrong or have expired (InvalidAccessKeyId); set AWS_ACCESS"),
        ("SignatureDoesNotMatch", 403, "the credentials are wrong or have expired (SignatureDoesNotMatch)"),
        ("ExpiredToken", 400, "the credentials are wrong or have expired (ExpiredToken)"),
        ("AccessDenied", 403, "access is denied (AccessDenied); the credentials need s3:PutObject"),
        ("NoSuchBucket", 404, "there is no bucket 'bucket' (NoSuchBucket); create it, or correct the address"),
        ("PermanentRedirect", 301, "the bucket is in another region (HTTP status 301); set AWS_REGION"),
        ("RequestTimeTooSkewed", 403, "the clock of this machine is wrong (RequestTimeTooSkewed); set it"),
        ("XAmzContentSHA256Mismatch", 400, "the bytes were damaged on the way"),
        ("SlowDown", 503, "the store could not answer, several times (SlowDown); run again later"),
        ("MalformedXML", 400, "the store refuses the request (MalformedXML)"),
        ("", 403, "access is denied (HTTP status 403)"),
        ("", 404, "the store refuses the request (HTTP status 404); check the address and the endpoint"),
    ],
)
def test_answers_of_the_store(
    proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch, code: str, status: int, reason: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "VERYSECRET")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "TOKENSECRET")
    proxy.answers["given"] = (status, code)
    proxy.plan("given", 0, 1000)
    assert reason in failure()
    with pytest.raises(RemoteError):
        list(open_store(parse_address("s3://bucket/feeds"), QUICK).list())
    with pytest.raises(RemoteError):
        open_store(parse_address("s3://bucket/feeds"), QUICK).delete(["a", "b"])


REFUSED = (
    b"<DeleteResult><Deleted><Key>feeds/a</Key></Deleted><Error><Key>feeds/b</Key><Code>AccessDenied</Code>"
    b"<Message>VERYSECRET</Message></Error></DeleteResult>"
)


def test_a_removal_that_is_denied_for_one_of_several_objects(
    proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "VERYSECRET")
    proxy.bodies[200] = REFUSED
    proxy.answers["given"] = (200, "")
    proxy.plan("given", 0, 1)
    with pytest.raises(RemoteError) as raised:
        open_store(parse_address("s3://bucket/feeds"), QUICK).delete(["a", "b"])
    reason = "access is denied (AccessDenied); the credentials need s3:PutObject, s3:GetObject, s3:DeleteObject and"
    assert f"s3://bucket/feeds: removing a failed: {reason}" in str(raised.value)


def test_a_signed_address_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with fault_proxy("http://127.0.0.1:9") as proxy:
        monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", proxy.address)
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "a")
        monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=2022-11-02&sig=SIGSECRET")
        for fault in ("403", "500", "reset", "clock"):
            proxy.plan(fault, 0, 1000)
            assert "writing rss.xml failed" in failure("az://bucket")
        assert "SIGSECRET" in proxy.seen[-1]


def test_a_name_that_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIASECRET")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "VERYSECRET")
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://storage.invalid")
    assert "the name of its server is not known" in failure()


def test_the_variables_of_the_az_program(monkeypatch: pytest.MonkeyPatch) -> None:
    with azure_server() as endpoint:
        monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", endpoint)
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT", AZURE_ACCOUNT)
        monkeypatch.setenv("AZURE_STORAGE_KEY", AZURE_KEY)
        assert open_store(parse_address("az://bucket"), QUICK).put("a", b"a")
        for name in ("AZURE_STORAGE_ENDPOINT", "AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"):
            monkeypatch.delenv(name)
        parts = f"AccountName={AZURE_ACCOUNT};AccountKey={AZURE_KEY};BlobEndpoint={endpoint};"
        monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", f"DefaultEndpointsProtocol=http;{parts}")
        assert open_store(parse_address("az://bucket"), QUICK).get("a") == b"a"


def test_credentials_of_google_from_the_file_that_gcloud_writes(
    endpoint: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_BASE_URL", endpoint)
    written = home / ".config" / "gcloud" / "application_default_credentials.json"
    written.parent.mkdir(parents=True)
    written.write_text(json.dumps({"type": "authorized_user", "client_secret": "VERYSECRET"}))
    assert NOT_VALID in failure("gs://bucket")


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    assert failure() == "s3://bucket/feeds needs a library: run `pip install 'feedmill[cloud]'`"


def test_the_library_is_loaded_when_a_store_is_opened() -> None:
    loaded = "import sys, feeds.remotes.object_store; print('obstore' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "False\n"
