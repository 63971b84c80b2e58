"""A letter that came back is marked, by what the mail server reports of it (RFC 3464)."""

import mailbox
from io import BytesIO, TextIOWrapper

import pytest
from django.core.management import CommandError, call_command

from mipex_site.mail.enums import LetterState
from mipex_site.mail.services.bounces import read_bounce
from mipex_site.mail.services.messages import message_id
from tests.factories.mail import LetterFactory

pytestmark = pytest.mark.django_db

REPORT = """\
From: mailer-daemon@example.org
To: portal@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; nobody@example.org
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such mailbox

--b
Content-Type: {kind}

Message-ID: {key}
Subject: A subject

--b--
"""


@pytest.fixture
def sent():
    letter = LetterFactory(state=LetterState.SENT)
    letter.message_id = message_id(letter.key)
    letter.save()
    return letter


def report(letter, *, action: str = "failed", kind: str = "text/rfc822-headers") -> bytes:
    return REPORT.format(action=action, kind=kind, key=letter.message_id).encode()


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_letter_that_came_back_says_so(sent, kind):
    assert read_bounce(content=report(sent, kind=kind)) == sent

    sent.refresh_from_db()
    assert sent.state == LetterState.BOUNCED
    assert sent.bounced_at is not None
    assert sent.error == "5.1.1 smtp; 550 5.1.1 no such mailbox"


def test_the_same_report_again_changes_nothing(sent):
    read_bounce(content=report(sent))

    assert read_bounce(content=report(sent)) is None


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_is_no_bounce(sent, action):
    assert read_bounce(content=report(sent, action=action)) is None


@pytest.mark.parametrize("content", [b"", b"Subject: hello\n\nI am on leave.", b"\xff\xfe\x00"])
def test_a_mail_that_is_no_report_changes_nothing(sent, content):
    assert read_bounce(content=content) is None
    sent.refresh_from_db()
    assert sent.state == LetterState.SENT


def test_a_report_of_a_letter_that_is_not_ours_changes_nothing(sent):
    stranger = report(sent).replace(sent.message_id.encode(), b"<other@example.org>")

    assert read_bounce(content=stranger) is None


def test_the_command_reads_a_maildir(sent, tmp_path, capsys):
    folder = mailbox.Maildir(tmp_path / "reports", create=True)
    folder.add(report(sent))
    folder.add(b"Subject: hello\n\nNo report.")

    call_command("read_bounces", str(tmp_path / "reports"))

    assert capsys.readouterr().out == "1 letters came back.\n"


def test_the_command_reads_one_mail_from_a_pipe(sent, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(report(sent))))

    call_command("read_bounces")

    assert capsys.readouterr().out == "1 letters came back.\n"


def test_the_command_says_what_is_no_maildir(tmp_path):
    with pytest.raises(CommandError, match="is no maildir"):
        call_command("read_bounces", str(tmp_path))
