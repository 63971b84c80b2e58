"""Files for tests, made here so that what is in them is known: each names an invented person."""

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from questionnaire.enums import AssessmentState
from questionnaire.services.files import attach_file

WHO = "Invented Person of Nowhere"
TYPES = (
    '<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="{main}"/>'
    '<Override PartName="/docProps/core.xml" ContentType="core"/></Types>'
)
PLAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def pdf(*, password=None):
    """Return a PDF of one page whose properties, note, script and inner file name WHO."""
    document = pikepdf.new()
    page = document.add_blank_page()
    document.docinfo["/Author"] = WHO
    with document.open_metadata() as meta:
        meta["dc:creator"] = [WHO]
    document.attachments["notes.txt"] = WHO.encode()
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=f"app.alert('{WHO}')"
    )
    inner = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{WHO}')")
    notes = [
        pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Text,
            Rect=[0, 0, 9, 9],
            T=WHO,
            Contents="See section 4.",
            A=inner,
        ),
        pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment, Contents=WHO),
    ]
    page.obj.Annots = pikepdf.Array([document.make_indirect(note) for note in notes])
    page.obj.PieceInfo = pikepdf.Dictionary(Maker=WHO)
    made = io.BytesIO()
    locked = pikepdf.Encryption(owner=password, user="") if password else False
    document.save(made, encryption=locked, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return made.getvalue()


def word(*, main=PLAIN, **more):
    """Return a Word document that names WHO in every place it has; MORE are further parts."""
    text = f'<w:document><w:ins w:id="1" w:author="{WHO}"><w:t>Section 4.</w:t></w:ins>'
    parts = {
        "[Content_Types].xml": TYPES.format(main=main),
        "_rels/.rels": '<Relationships><Relationship Id="1" Target="word/document.xml"/>'
        '<Relationship Id="2" Target="docProps/core.xml"/></Relationships>',
        "word/document.xml": f"{text}</w:document>",
        "word/comments.xml": f"<w:comment w:author='{WHO}' w:initials='{WHO}'/>",
        "word/people.xml": f'<w15:person w15:author="{WHO}"/>',
        "docProps/core.xml": f"<dc:creator>{WHO}</dc:creator>",
        "docProps/app.xml": f"<Manager>{WHO}</Manager>",
        "docProps/custom.xml": f"<property>{WHO}</property>",
        "customXml/item1.xml": f"<owner>{WHO}</owner>",
        "word/media/image1.jpg": picture("JPEG"),
    }
    return archive(parts | {name.replace("__", "/"): part for name, part in more.items()})


def archive(parts):
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def picture(form, *, size=(4, 2)):
    """Return a picture that lies on its side and names WHO; upright it is 2 wide and 4 high."""
    drawn = Image.new("RGB", size, "white")
    exif = drawn.getexif()
    exif[0x0112], exif[0x013B] = 6, WHO
    made = io.BytesIO()
    more = {"comment": WHO.encode()} if form == "JPEG" else {}
    drawn.save(made, form, exif=exif, **more)
    return made.getvalue()


def upload(content, name="Invented Person's notes.pdf"):
    return SimpleUploadedFile(name, content)


def attach(desk, content=None, **more):
    usual = {"source": desk.law, "sheet": desk.sheet, "by": desk.expert}
    return attach_file(upload=upload(content or pdf(), **more), **usual)


def stored(file):
    with file.stored.open("rb") as there:
        return there.read()


def fetched(client, file):
    """Return the answer to who asks for a file, with its bytes read."""
    response = client.get(f"/files/{file.key}/")
    if response.streaming:
        response.read = b"".join(response.streaming_content)
    return response


def hand_in(desk, state=AssessmentState.SUBMITTED):
    desk.record()
    desk.sheet.state, desk.sheet.submitted_at = state, timezone.now()
    desk.sheet.save()
