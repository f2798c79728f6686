"""Which URLs and endpoints a bucket is opened with, and what the clouds need to open one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import pytest
from obstore.store import AzureStore, GCSStore, S3Store

from reconciler.core.errors import StateError
from reconciler.state.bucket import Bucket
from reconciler.state.bucket_settings import allows_http, scheme

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import TypeAlias

    Cloud: TypeAlias = AzureStore | GCSStore | S3Store

ACCOUNT: Final = {"AZURE_STORAGE_ACCOUNT_NAME": "account"}

BUCKETS: Final[
    Mapping[str, tuple[Mapping[str, str], type[Cloud], Mapping[str, str], str | None]]
] = {
    "s3://bucket/a/b": ({}, S3Store, {"bucket": "bucket"}, "a/b"),
    "s3://bucket": ({}, S3Store, {"bucket": "bucket"}, None),
    "s3://bucket/": ({}, S3Store, {"bucket": "bucket"}, None),
    "gs://bucket/a/": ({}, GCSStore, {"bucket": "bucket"}, "a"),
    "az://container/a": (ACCOUNT, AzureStore, {"container_name": "container"}, "a"),
}


@pytest.mark.parametrize("url", BUCKETS)
def test_each_cloud_has_its_url(url: str, no_cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    variables, kind, place, prefix = BUCKETS[url]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    store = Bucket(url, os.environ)._store
    assert isinstance(store, kind)  # what the library made of it
    assert (store.config, store.prefix) == (place, prefix)


REFUSED: Final = {
    "": "not that of a bucket",
    "local": "not that of a bucket",
    "s3:bucket": "not that of a bucket",
    "s3://": "not that of a bucket",
    "s3:///prefix": "not that of a bucket",
    "s3://[bucket": "not that of a bucket",
    "s3://bucket name/x": "not that of a bucket",
    "S4://bucket": "not that of a bucket",
    "file:///tmp/state": "not that of a bucket",
    "memory:///": "not that of a bucket",
    "https://bucket.example/state": "not that of a bucket",
    "s3://bucket//state": "not a plain path",
    "gs://bucket/a/../b": "not a plain path",
    "az://bucket/./b": "not a plain path",
    "s3://canary@bucket/state": "more than a bucket and a prefix",
    "s3://canary:canary@bucket/state": "more than a bucket and a prefix",
    "az://container/state?sig=canary": "more than a bucket and a prefix",
    "s3://bucket/state#canary": "more than a bucket and a prefix",
    "https://user:canary@bucket/state?canary": "not that of a bucket",
}


@pytest.mark.parametrize(("url", "why"), REFUSED.items())
def test_any_other_url_is_refused_and_a_secret_in_it_not_repeated(url: str, why: str) -> None:
    with pytest.raises(StateError, match=why) as refused:
        scheme(url)
    assert "s3://BUCKET/PREFIX" in refused.value.hint
    assert "canary" not in str(refused.value) + refused.value.hint


ENDPOINTS: Final[Mapping[tuple[str, str], bool | str]] = {
    ("s3", ""): False,
    ("s3", "AWS_ENDPOINT_URL=https://minio.example"): False,
    ("s3", "AWS_ENDPOINT_URL=http://127.0.0.1:9000"): True,
    ("s3", "AWS_ENDPOINT_URL_S3=http://[::1]:9000"): True,
    ("s3", "AWS_ENDPOINT=http://localhost:9000"): True,
    ("az", "AZURE_STORAGE_ENDPOINT=http://127.0.0.1:10000/account"): True,
    ("gs", "GOOGLE_BASE_URL=http://127.0.0.1:4443"): True,
    ("gs", "AWS_ENDPOINT_URL=http://127.0.0.1:9000"): False,
    ("s3", "AWS_ENDPOINT_URL=http://10.0.0.7:9000 AWS_ALLOW_HTTP=true"): False,
    ("s3", "AWS_ENDPOINT_URL=http://10.0.0.7:9000"): "not encrypted",
    ("s3", "AWS_ENDPOINT_URL=http://127.0.0.1.example"): "not encrypted",
    ("s3", "AWS_ENDPOINT_URL_S3=http://[::1] AWS_ENDPOINT_URL=http://10.0.0.7"): "not encrypted",
    ("az", "AZURE_ENDPOINT=http://10.0.0.7 AWS_ALLOW_HTTP=true"): "not encrypted",
    ("s3", "AWS_ENDPOINT_URL=minio.example"): "not a URL",
    ("s3", "AWS_ENDPOINT_URL=ftp://minio.example"): "not a URL",
    ("s3", "AWS_ENDPOINT_URL=http://minio.example:port"): "not a URL",
    ("s3", "AWS_ENDPOINT_URL=https://canary:canary@minio.example"): "holds a user",
}


@pytest.mark.parametrize(("kind", "given"), ENDPOINTS)
def test_without_tls_only_this_machine_is_spoken_to(kind: str, given: str) -> None:
    variables = dict(one.split("=", 1) for one in given.split())
    expected = ENDPOINTS[kind, given]
    if isinstance(expected, bool):
        assert allows_http(kind, variables) is expected
        return
    with pytest.raises(StateError, match=expected) as refused:
        allows_http(kind, variables)
    assert refused.value.hint
    assert "canary" not in str(refused.value) + refused.value.hint


def test_an_endpoint_that_is_no_url_never_reaches_the_library(
    no_cloud: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not a url")
    with pytest.raises(StateError, match="AWS_ENDPOINT_URL is not a URL"):
        Bucket("s3://bucket", os.environ)


def test_a_missing_account_is_told_with_its_variable(no_cloud: None) -> None:
    with pytest.raises(StateError, match="no usable credentials") as failed:
        Bucket("az://container", os.environ)
    assert "AZURE_STORAGE_ACCOUNT_NAME" in failed.value.hint


@pytest.mark.parametrize("text", [None, "{}", "canary"], ids=["missing", "empty", "damaged"])
def test_a_credentials_file_that_is_none_is_told_and_not_quoted(
    text: str | None, tmp_path: Path, no_cloud: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key.json"
    if text is not None:
        file.write_text(text)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with pytest.raises(StateError) as failed:
        Bucket("gs://bucket", os.environ)
    assert "GOOGLE_APPLICATION_CREDENTIALS" in failed.value.hint
    assert "canary" not in str(failed.value)
    assert failed.value.__context__ is None


def test_an_account_key_that_is_none_is_told_and_not_quoted(
    no_cloud: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "canary, not base64!")
    with pytest.raises(StateError) as failed:
        Bucket("az://container", os.environ)
    assert "AZURE_STORAGE_ACCOUNT_KEY" in failed.value.hint
    assert "canary" not in str(failed.value) + failed.value.hint
