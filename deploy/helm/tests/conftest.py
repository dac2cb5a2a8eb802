"""Checks of the Kubernetes chart: `make helm-check`. Without Helm everything is skipped, and said so."""

import pytest

from deploy.helm.tests import tools


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if tools.helm() is None:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="NO HELM: run deploy/helm/tests/tools.py, which needs Go"))
