"""The embedded broker hands over whole messages."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection


@pytest.fixture
def channel(tmp_path):
    folder = tmp_path / "in"
    control = tmp_path / "control"
    folder.mkdir()
    control.mkdir()
    options = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(control),
        "processed_folder": str(tmp_path),
    }
    with Connection(
        "filesystem://", transport="mipex_site.broker:Transport", transport_options=options
    ) as connection:
        yield connection.default_channel


def test_a_message_comes_out_as_it_went_in(channel):
    channel._put("celery", {"body": "näidis", "number": 7})

    assert channel._get("celery") == {"body": "näidis", "number": 7}
    with pytest.raises(Empty):
        channel._get("celery")


def test_messages_come_out_in_the_order_in_which_they_went_in(channel, monkeypatch):
    ticks = iter(range(10**9, 10**10, 10**6))
    monkeypatch.setattr("mipex_site.broker.monotonic_ns", lambda: next(ticks))
    for number in range(5):
        channel._put("celery", number)

    assert [channel._get("celery") for _ in range(5)] == [0, 1, 2, 3, 4]


def test_a_message_that_is_still_being_written_is_not_there_yet(channel, monkeypatch):
    seen = []
    write = Path.write_text

    def look_while_writing(path, text, **how):
        path.touch()
        with pytest.raises(Empty):
            channel._get("celery")
        seen.append(path)
        return write(path, text, **how)

    monkeypatch.setattr(Path, "write_text", look_while_writing)
    channel._put("celery", "whole")

    assert len(seen) == 1
    assert channel._get("celery") == "whole"
