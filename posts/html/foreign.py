"""Keep the text behind `<and the rest>`: a word in angle brackets that SVG or MathML has an element for. Pure.

ammonia, which nh3 is made of, drops an element of theirs outside of `svg` and `math`, with all that it holds. An author
who writes `<path>` or `<and so on>` means words, and the element is never closed: the rest of the post would be lost.
"""

from __future__ import annotations

import re

from posts.text import lazy_pattern

ELEMENTS = frozenset(
    (
        "abs and animate annotation annotation-xml apply approx arccos arccosh arccot arccoth arccsc arccsch arcsec "
        "arcsech arcsin arcsinh arctan arctanh arg bind bvar card cartesianproduct cbytes ceiling cerror ci circle cn "
        "codomain complexes compose condition conjugate cos cosh cot coth cs csc csch csymbol curl declare defs "
        "degree desc determinant diff discard divergence domain domainofapplication ellipse emptyset eq equivalent "
        "eulergamma exists exp exponentiale factorial factorof false filter floor fn forall g gcd geq grad gt ident "
        "imaginary imaginaryi implies in infinity int integers intersect interval inverse lambda laplacian lcm leq "
        "limit line list ln log logbase lowlimit lt maction maligngroup malignmark marker mask matrix matrixrow max "
        "mean median menclose merror metadata mfenced mfrac mglyph mi min minus mlabeledtr mlongdiv mmultiscripts mn "
        "mo mode moment momentabout mover mpadded mpath mphantom mprescripts mroot mrow ms mscarries mscarry msgroup "
        "msline mspace msqrt msrow mstack mstyle msub msubsup msup mtable mtd mtext mtr munder munderover "
        "naturalnumbers neq none not notanumber notin notprsubset notsubset or otherwise outerproduct partialdiff "
        "path pattern pi piece piecewise plus polygon polyline power primes product prsubset quotient rationals real "
        "reals rect reln rem root scalarproduct sdev sec sech selector semantics sep set setdiff share sin sinh stop "
        "subset sum switch symbol tan tanh tendsto text times transpose true tspan union uplimit use variance vector "
        "vectorproduct view xor"
    ).split()
)
_NAME = lazy_pattern(r"</?([a-z][a-z0-9-]*)", re.IGNORECASE)
_FOREIGN = lazy_pattern(r"<(?:svg|math)\b", re.IGNORECASE)


def rename_foreign_elements(html: str) -> str:
    """Return HTML in which such elements are unknown ones, which a sanitizer replaces by what they hold.

    HTML with real SVG or MathML is unchanged.
    """
    # Hardly any body has one: to look for all names at once costs a twentieth of one expression with all elements.
    names = ELEMENTS.intersection(name.lower() for name in set(_NAME.findall(html)))
    if not names or _FOREIGN.search(html):
        return html
    longest_first = "|".join(sorted(names, key=lambda name: (-len(name), name)))
    return re.sub(rf"<(/?)({longest_first})(?=[\s/>])", r"<\1x-\2", html, flags=re.IGNORECASE)
