"""The object store over the wires of Google Cloud Storage and Azure, against small fakes."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

import pytest
from cloud_fakes import Azure, Google, at_a_port
from store_conformance import CONFORMANCE, history_is_bounded

from reconciler.core.errors import StateConflictError, StateError
from reconciler.state.objects import ObjectStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store_conformance import Law


@pytest.fixture
def google(no_cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    with at_a_port(cloud := Google(notes="HTTP_X_GOOG_META_")) as endpoint:
        monkeypatch.setenv("GOOGLE_BASE_URL", endpoint)
        monkeypatch.setenv("GOOGLE_BEARER_TOKEN", "token")
        yield cloud


@pytest.fixture
def azure(no_cloud: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    with at_a_port(cloud := Azure(notes="HTTP_X_MS_META_")) as endpoint:
        monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", endpoint)
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "Y2FuYXJ5LWtleQ==")
        yield cloud


LAWS: Final = [law for law in CONFORMANCE if law != history_is_bounded]


def opened(url: str) -> ObjectStore:
    """The store of one environment, as a process opens it."""
    return ObjectStore(url, "prod", os.environ)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_wire_of_google(law: Law, google: Google) -> None:
    law(partial(opened, "gs://bucket/states"))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_wire_of_azure(law: Law, azure: Azure) -> None:
    law(partial(opened, "az://container/states"))


def test_the_generation_tells_apart_what_has_the_same_bytes(google: Google) -> None:
    store = opened("gs://bucket")
    first = store.replace(b"one", None)
    store.replace(b"one", store.replace(b"two", first))
    with pytest.raises(StateConflictError):
        store.replace(b"three", first)


@pytest.mark.parametrize("cloud", ["google", "azure"])
def test_a_cloud_that_ignores_conditions_fails_its_check(
    cloud: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = request.getfixturevalue(cloud)
    monkeypatch.setattr(fake, "refusal", lambda *_: "")
    with pytest.raises(StateError, match="accepts a second creation"):
        opened({"google": "gs://bucket", "azure": "az://container"}[cloud]).self_check()
    assert fake.objects == {}
