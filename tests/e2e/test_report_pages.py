"""How firm ranks are and how far coders agree, with figures, open to all eyes from a disk."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from editions.services import package
from tests.e2e.looks import ACROSS, faults_shown
from tests.editions.made import nothing
from tests.editions.reported import reported


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reported") / "made"
    package.write_folder(folder, reported(), beat=nothing)
    return folder


@pytest.mark.parametrize("name", ["robustness.html", "reliability.html"])
def test_a_report_with_figures_is_open_to_all_eyes(page: Page, folder: Path, name: str):
    page.goto((folder / name).as_uri())

    expect(page.locator(".interval__point").first).to_be_visible()
    assert faults_shown(page, name, looks=ACROSS) == []
