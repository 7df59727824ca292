"""Decide how much of an object of a bucket is copied. Pure.

Of media files, posts and feeds need the size alone, which the listing has: they are files of this size without
content, and no request is made for them. In a podcast the dimensions of pictures are read too, and the durations of
recordings: of these files, the parts are copied that the programs that read them ask for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from msgspec import Struct

WHOLE = "whole"
NOTHING = "size"
PROBE = "probe:"
_HEAD = "head:"
LONGEST = 16 * 1024 * 1024
"""The size in bytes of the largest file that is copied whole: larger posts are not read (`posts.files.read`)."""
BEGINNING = 1024 * 1024
"""How many bytes of a larger file are copied, which is as much as an include has."""

PICTURES = frozenset("png jpg jpeg jpe jfif".split())
RECORDINGS = frozenset(
    "aac ac3 aif aiff amr ape au dsf flac m4a m4b m4p mid midi mka mp2 mp3 mpc oga ogg opus ra spx wav weba wma wv "
    "3g2 3gp avi flv m2ts m4v mkv mov mp4 mpeg mpg ogm ogv webm wmv".split()
)
OTHERS = frozenset(
    # pictures of which nobody asks the dimensions
    "apng avif bmp cr2 cur dng eps gif heic heif ico jp2 jxl nef psd raw tga tif tiff webp xcf "
    # documents and fonts
    "azw3 doc docx epub key mobi numbers odp ods odt pages pdf ppt pptx ps xls xlsx eot otf ttc ttf woff woff2 "
    # archives, programs, data
    "7z apk br bz2 cab deb dmg gz iso jar lz4 msi pkg rar rpm tar tbz tgz txz war xpi xz zip zst "
    "a bin class db dll dylib exe o obj pyc pyo so sqlite sqlite3 wasm "
    "avro feather h5 hdf5 mat npy npz onnx parquet pickle pkl pt pth safetensors".split()
)
MEDIA = PICTURES | RECORDINGS | OTHERS


class Wants(Struct, frozen=True):
    """What a site needs of its files: of most the bytes, of media files mostly their sizes.

    Attributes:
        output: The folder of published feeds below the site, in which nothing is read; "" if it is elsewhere.
        pictures: Whether the dimensions of pictures are needed.
        recordings: Whether the durations of recordings are needed.
        probe: Reads as much of such a file as a run will read of it.
        version: The version of `probe`: what another one has read is not enough.
    """

    output: str = ""
    pictures: bool = False
    recordings: bool = False
    probe: Callable[[BinaryIO], object] = bool
    version: str = ""


def extent_of(path: str, size: int, wants: Wants) -> str:
    """Return how much of an object is copied.

    That is `whole`, `size` for nothing, `head:N` for the first N bytes, or `probe:V` for what version V of a program
    reads.

    Args:
        path: Its path below the site.
        size: Its size in bytes.
        wants: What is needed of media files.
    """
    folders, _, name = path.lower().rpartition("/")
    suffix = name.rpartition(".")[2] if "." in name else ""
    # Folders such as `_posts`, `_drafts` and `_includes`: Jekyll reads files in them whatever their suffix.
    if suffix in MEDIA and not f"/{folders}".count("/_"):
        needed = (suffix in PICTURES and wants.pictures) or (suffix in RECORDINGS and wants.recordings)
        return f"{PROBE}{wants.version}" if needed else NOTHING
    return WHOLE if size <= LONGEST else f"{_HEAD}{BEGINNING}"


def length_of(extent: str, size: int) -> int:
    """Return the number of bytes to read from the beginning."""
    if extent == WHOLE:
        return size
    return int(extent.removeprefix(_HEAD)) if extent.startswith(_HEAD) else 0
