"""Decide which scripts in a body show something that is meant to be read, and where that is. Pure.

A script counts if it is on another host (a script of the site itself works on its page only), and if

- its service is known, by the pattern of its address or by an id in an attribute (`data-id`);
- or an attribute for an address (`data-url`, `data-configuration`) has one;
- or the last part of its path is called like a document, not like a program: `/episodes/123-name.js` begins with a
  number, `/a/k3Jq9xYz.js` is a code. `embed.js`, `widgets.js`, `jquery-3.7.1.min.js` and `main.4f2a9c1b.js` are
  programs. On hosts called `embed.…` or `player.…` any name counts that is no program's.

Everything else is a library, a counter, an advertisement or the loader of an embed whose text stands in the body
(`platform.twitter.com/widgets.js` behind a blockquote), and leaves nothing. Hosts of such scripts that do name them by
a number or code (counters, fonts, advertisements) are listed: a link to one of them would be wrong in every post of a
site, while a link that is missing costs one embed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from posts.html.embeds import LONGEST_ADDRESS, PAGES, address_parts
from posts.text import domains_of, lazy_pattern

_ID = lazy_pattern(r"[\w.~-]{1,100}")
# Host, path, and the page that shows what the script shows.
_SERVICES = (
    (lazy_pattern(r"gist\.github\.com\Z"), lazy_pattern(r"(/[\w./-]+?)(?:\.js)?\Z"), "https://gist.github.com{}"),
    (lazy_pattern(r"(?:www\.)?asciinema\.org\Z"), lazy_pattern(r"/a/([\w-]+?)(?:\.js)?\Z"), PAGES["asciinema"]),
    (lazy_pattern(r"gitlab\.com\Z"), lazy_pattern(r"(/[\w./-]*snippets/\d+)\.js\Z"), "https://gitlab.com{}"),
    (lazy_pattern(r"pastebin\.com\Z"), lazy_pattern(r"/embed_js/(\w+)\Z"), "https://pastebin.com/{}"),
    (lazy_pattern(r"jsfiddle\.net\Z"), lazy_pattern(r"(/[\w./-]+?)/embed\b.*\Z"), "https://jsfiddle.net{}/"),
    (lazy_pattern(r"(?:www\.)?scribd\.com\Z"), lazy_pattern(r"(/[\w./-]+)\Z"), "https://www.scribd.com{}"),
    (lazy_pattern(r"fast\.wistia\.(?:com|net)\Z"), lazy_pattern(r"/embed/medias/(\w+)\.jsonp?\Z"),
     "https://fast.wistia.net/embed/iframe/{}"),
    (lazy_pattern(r"(?:www\.)?buzzsprout\.com\Z"), lazy_pattern(r"(/\d+(?:/[\w-]+)?)\.js\Z"),
     "https://www.buzzsprout.com{}"),
    (lazy_pattern(r"datawrapper\.dwcdn\.net\Z"), lazy_pattern(r"/(\w+)/(?:\d+/)?embed\.js\Z"),
     "https://datawrapper.dwcdn.net/{}/"),
    (lazy_pattern(r"(?:cdn|content)\.(?:jwplayer|jwplatform)\.com\Z"), lazy_pattern(r"/players/([\w-]+)\.js\Z"),
     "https://cdn.jwplayer.com/players/{}.html"),
    (lazy_pattern(r"(?:www\.)?speakerdeck\.com\Z"), lazy_pattern(r"/(?:embed|player)/(\w+)\.js\Z"),
     PAGES["speakerdeck"]),
    (lazy_pattern(r"(?:www\.)?slideshare\.net\Z"), lazy_pattern(r"(/[\w./-]+?)(?:\.js)?\Z"),
     "https://www.slideshare.net{}"),
)  # fmt: skip
_ADDRESSES = ("data-url", "data-href", "data-src", "data-permalink", "data-configuration", "data-embed-url")

# Hosts (or their ends) of scripts that are no content although they are named by numbers or codes.
_PROGRAMS = frozenset(
    # Libraries and fonts
    "ajax.googleapis.com cdn.bootcdn.net cdn.bootcss.com cdn.jsdelivr.net cdn.mathjax.org cdn.staticfile.org "
    "cdnjs.cloudflare.com code.jquery.com esm.sh fonts.com js.stripe.com kit.fontawesome.com lib.baomitu.com "
    "maps.googleapis.com paypal.com polyfill.io unpkg.com use.fontawesome.com use.typekit.net "
    # Counters
    "51.la baidu.com clarity.ms cloudflareinsights.com cnzz.com getclicky.com goatcounter.com hs-scripts.com "
    "google-analytics.com googletagmanager.com heapanalytics.com histats.com hotjar.com hs-analytics.net "
    "ibruce.info matomo.cloud mxpnl.com newrelic.com pingdom.net plausible.io quantserve.com "
    "scorecardresearch.com segment.com simpleanalyticscdn.com statcounter.com umami.is usefathom.com yandex.ru "
    "zgo.at "
    # Advertisements and consent
    "adsbygoogle.com amazon-adsystem.com buysellads.com carbonads.com carbonads.net cookiebot.com cookielaw.org "
    "criteo.net doubleclick.net ezoic.net googleadservices.com googlesyndication.com highperformanceformat.com "
    "iubenda.com mediavine.com onetrust.com osano.com outbrain.com profitabledisplaynetwork.com skimresources.com "
    "taboola.com viglink.com "
    # Comments, chats, forms and buttons
    "addthis.com addtoany.com buymeacoffee.com chimpstatic.com ck.page convertkit.com crisp.chat disqus.com "
    "disquscdn.com drift.com driftt.com giscus.app hcaptcha.com hsforms.net intercom.io ko-fi.com list-manage.com "
    "mailchimp.com manychat.com recaptcha.net sharethis.com tawk.to utteranc.es "
    # Loaders, behind whose embeds there is a link in the body
    "apis.google.com assets.pinterest.com connect.facebook.net embedly.com embedr.flickr.com iframe.ly "
    "platform.instagram.com platform.linkedin.com platform.twitter.com".split()
)
_FOLDERS = lazy_pattern(
    r"/(?:npm|gh|ajax|libs?|dist|build|vendors?|wp-content|wp-includes|chunks?|fonts|assets|static|js|javascripts?|scripts?"
    r"|_next|_nuxt)/"
)
_SUFFIX = lazy_pattern(r"\.js(?:onp)?\Z")
# A number, alone or before a name; or a code of letters and digits without a dot. Versions (`v3`, `2.1`) are neither.
_DOCUMENT = lazy_pattern(
    r"\d{2,20}(?:-[\w-]{1,200})?|(?![A-Za-z]++\d++\Z)(?=[A-Za-z_-]*+\d)(?=[\d_-]*+[A-Za-z])[A-Za-z\d_-]{8,40}"
)
_PROGRAM_NAME = lazy_pattern(
    r"(?:^|[-_.])(?:min|bundle|prod|chunk|main|app|index|sdk|api|v\d+|es\d+|embeds?|players?|widgets?|platform|loader|"
    r"script|client|code|all)(?:[-_.]|\Z)",
    re.IGNORECASE,
)
_PLAYER_HOST = lazy_pattern(r"(?:embeds?|players?)\.")


def page_of_script(address: str, attributes: Mapping[str, str]) -> str:
    """Return the address of what a script from `address` shows, or "" for a script that is no content.

    Args:
        address: the `src` of the script.
        attributes: all of its attributes.
    """
    host, path, query = address_parts(address)
    if shown := _page_of_known(host, path, query, attributes):
        return shown
    if not host or _is_program(host, path):
        return ""
    wanted = (attributes.get(name, "").strip() for name in _ADDRESSES)
    if shown := next((one for one in wanted if re.match(r"(?:https?:)?//\S+\Z", one)), ""):
        return shown
    whole, _, name = path.rpartition("/")
    document = _SUFFIX.sub("", name)
    if document == name or _PROGRAM_NAME.search(document):
        return ""
    is_document = _DOCUMENT.fullmatch(document) or (_PLAYER_HOST.match(host) and _ID.fullmatch(document))
    return f"https://{host}{whole}/{document}" if is_document else ""


def _page_of_known(host: str, path: str, query: str, attributes: Mapping[str, str]) -> str:
    if host == "speakerdeck.com" and _ID.fullmatch(attributes.get("data-id", "")):
        return PAGES["speakerdeck"].format(attributes["data-id"])
    if host == "telegram.org" and re.fullmatch(r"\w{1,60}/\d{1,12}", attributes.get("data-telegram-post", "")):
        return f"https://t.me/{attributes['data-telegram-post']}"
    if host.endswith("emgithub.com") and len(query) < LONGEST_ADDRESS:
        target = parse_qs(query, max_num_fields=50).get("target", [""])[0]
        return target if target.startswith("https://") else ""
    for hosts, paths, page in _SERVICES:
        if hosts.match(host) and (found := paths.match(path)):
            return page.format(found[1])
    return ""


def _is_program(host: str, path: str) -> bool:
    return not _PROGRAMS.isdisjoint(domains_of(host)) or bool(_FOLDERS.search(path.lower()))
