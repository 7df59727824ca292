"""Make slugs as Eleventy's filters `slugify` and `slug` do, and as Astro does for file names. Pure.

https://github.com/sindresorhus/slugify, https://github.com/simov/slugify, https://github.com/Flet/github-slugger
"""

from __future__ import annotations

import unicodedata

from posts.text import lazy_pattern

LONGEST_SLUG = 1_000  # characters of a text that becomes a slug

# What @sindresorhus/transliterate (MIT) makes of letters that do not decompose to one of ASCII.
_LETTERS = (
    "=ъь 0=٠۰ 1=١۱ 2=٢۲ 3=٣۳ 4=٤۴ 5=٥۵ 6=٦۶ 7=٧۷ 8=٨۸ 9=٩۹ a=آأاىаաაއޢαά ae=äæ ai=ۍ "
    "b=بбբბބΒ߿฿ bo=૱ c=څց¢￠ ch=چчչჩޗ d=ðđدضډڈдդდޑޟδ dh=ذދ dz=ձძ e=ءعۀېےеэէეεέ f=فфֆފφ "
    "g=گږګгգგގγґ gh=غղღޣ gn=ޏ h=حهہھհჰހħ hh=ޙ i=إиıիიηιίήϊΐі ij=ĳ j=جջჯޖ k=كکкկკყކκ kh=خхխხޚ "
    "kj=ќ ks=ξ l=لлլლލλł lh=ޅ lj=љ m=مмմმމμ n=نڼںнնნނν nj=њ o=øоօოοωόώ oe=ö p=پټпպփპޕπ ph=ფ "
    "ps=ψ q=قքქޤ r=رړڑрռրრރρ s=سصсսსސޞσς sch=щ sh=شшշშށޝ ss=ß t=ةتطٹтթտთტޓޠτ৳ tch=ճჭ th=þثތޛθ "
    "ts=цծცწ tt=ޘ u=уუ ue=ü v=вվვވβ vo=ո w=ؤوޥ￦ x=ښχ y=ئيیйыըյޔυύΰϋ¥￥ ya=я ye=եє yev=և yi=ї "
    "yo=ё yu=ю z=زظځзզზޒޜޡζ zh=ژжժჟ "
)
_LATIN = {
    ord(letter): plain for plain, _, letters in (one.partition("=") for one in _LETTERS.split()) for letter in letters
}
# Of the signs that @sindresorhus/transliterate removes as diacritics (Unicode's property) those that are not marks.
_DIACRITICS = dict.fromkeys(map(ord, "^`¨¯´·¸ʰʱʲʳʴʷʸˆˇˉ˘˙˚˛˜˝"), "")
_SIGNS = str.maketrans({"&": " and ", "🦄": " unicorn ", "♥": " love "})
_CONTRACTION = lazy_pattern(r"([a-z\d]+)'([ts])(?=\s|$)")
_SEPARATORS = lazy_pattern(r"[^a-z\d]+")

# Of the table of `slugify`, what text in languages with Latin letters has.
_WORDS = str.maketrans(
    {"$": "dollar", "%": "percent", "&": "and", "<": "less", ">": "greater", "|": "or", "¢": "cent", "£": "pound"}
    | {"€": "euro", "©": "(c)", "®": "(r)", "ª": "a", "º": "o", "¥": "yen", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}
    | {"ø": "o", "Ø": "O", "đ": "dj", "Đ": "DJ", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ß": "ss", "ł": "l"}
    | {"Ł": "L", "ı": "i", "–": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "„": '"', "…": "...", "•": "*"}
    | {"∞": "infinity", "♥": "love", "™": "tm", "-": " "}
)
_DROPPED = lazy_pattern(r"[^A-Za-z0-9_\s$*+~.()'\"!:@-]+")


def slugify_words(text: str) -> str:
    """Return the slug of Eleventy's filter `slugify`: of ASCII letters, digits and single hyphens."""
    lowered = unicodedata.normalize("NFC", text[:LONGEST_SLUG]).translate(_SIGNS).lower().translate(_LATIN)
    lowered = lowered.translate(_DIACRITICS)
    plain = "".join(one for one in unicodedata.normalize("NFD", lowered) if not unicodedata.combining(one))
    plain = _CONTRACTION.sub(r"\1\2", plain)
    slug = _SEPARATORS.sub("-", plain)
    return slug.removeprefix("-").removesuffix("-")


def slugify_simply(text: str) -> str | None:
    """Return the slug of Eleventy's older filter `slug`; None for letters of a script that this does not know."""
    words = unicodedata.normalize("NFC", text[:LONGEST_SLUG]).translate(_WORDS)
    plain = "".join(one for one in unicodedata.normalize("NFD", words) if not unicodedata.combining(one))
    if any(one.isalpha() and not one.isascii() for one in plain):
        return None
    return "-".join(_DROPPED.sub("", plain).split()).lower()


def github_slug(text: str) -> str:
    """Return the slug of github-slugger: lower case, without punctuation, each space a hyphen."""
    kept = [one for one in text[:LONGEST_SLUG].lower() if one in " -_" or unicodedata.category(one)[0] in "LMN"]
    return "".join(kept).replace(" ", "-")
