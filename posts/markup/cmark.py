"""Render Markdown with cmark-gfm (https://github.github.com/gfm/). Owns `cmarkgfm`. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from posts.markup.options import CmarkOptions


@lru_cache(maxsize=8)
def cmark_renderer(options: CmarkOptions) -> Callable[[str], str]:
    """Return a function from Markdown to HTML.

    Only two tildes strike text out, as nearly everywhere else: one would turn `10~20` into `1020`.

    cmarkgfm frees neither the tree nor the text that the C library hands out (25 KB for each KB of Markdown, a
    gigabyte for 20,000 posts): what frees them is fetched from the library itself.
    """
    from cmarkgfm import cmark

    library, ffi = cmark._cmark.lib, cmark._cmark.ffi  # noqa: SLF001  (the public functions lose the pointers)
    free_tree, free_text = _freeing(cmark._cmark.__file__)  # noqa: SLF001
    known = cmark.Options
    flags = known.CMARK_OPT_UNSAFE | known.CMARK_OPT_STRIKETHROUGH_DOUBLE_TILDE
    flags |= known.CMARK_OPT_SMART * options.smart
    flags |= known.CMARK_OPT_HARDBREAKS * options.hard_breaks
    flags |= known.CMARK_OPT_FOOTNOTES * options.footnotes
    cmark.core_extensions_ensure_registered()
    extensions = [cmark.find_syntax_extension(name) for name in options.extensions]

    def rendered(text: str) -> str:
        parser = cmark.parser_new(flags)
        for extension in extensions:
            cmark.parser_attach_syntax_extension(parser, extension)
        cmark.parser_feed(parser, text)
        tree = cmark.parser_finish(parser)
        output = library.cmark_render_html(tree, flags, cmark.parser_get_syntax_extensions(parser))
        try:
            # Of `&#xFFFE;` the parser makes a byte that is no UTF-8.
            return str(ffi.string(output).decode(errors="replace"))
        finally:
            free_text(int(ffi.cast("uintptr_t", output)))
            free_tree(int(ffi.cast("uintptr_t", tree)))
            cmark.parser_free(parser)

    return rendered


def _freeing(path: str) -> tuple[Callable[[int], object], Callable[[int], object]]:
    """Return what frees a tree and a text of the C library at `path`; on Windows its symbols are hidden."""
    import ctypes

    class Memory(ctypes.Structure):
        _fields_ = (("calloc", ctypes.c_void_p), ("realloc", ctypes.c_void_p), ("free", ctypes.c_void_p))

    freeing = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    try:
        library = ctypes.CDLL(path)
        library.cmark_get_default_mem_allocator.restype = ctypes.POINTER(Memory)
        memory = library.cmark_get_default_mem_allocator().contents
        return freeing(("cmark_node_free", library)), freeing(memory.free)
    except (OSError, AttributeError):
        return _kept, _kept


def _kept(_: int) -> None:
    pass
