/* Keys and small manners of the desk. Every one of them has a button or a form that works without this file. */
(function () {
  "use strict";
  var doc = document, root = doc.documentElement;
  var goKey = false, calling = null, coming = false, slow = 0, onward = "";

  function one(selector, inside) { return (inside || doc).querySelector(selector); }
  function all(selector, inside) { return Array.prototype.slice.call((inside || doc).querySelectorAll(selector)); }
  function shown(element) { return !!element && element.getClientRects().length > 0; }
  function narrow() { return window.matchMedia("(max-width: 1023px)").matches; }
  function press(selector) { var button = all(selector).filter(shown)[0]; if (button) { button.click(); } return !!button; }

  /* ---- theme: at once here, remembered in the cookie the server reads ---- */
  function switchTheme(button) {
    var set = root.getAttribute("data-theme");
    var dark = set ? set === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
    var next = dark ? "light" : "dark";
    root.setAttribute("data-theme", next);
    doc.cookie = "theme=" + next + ";path=/;max-age=31536000;samesite=lax" + (window.location.protocol === "https:" ? ";secure" : "");
    button.value = dark ? "dark" : "light";
  }

  /* ---- the list: J and K, and who is current ---- */
  function rows() { return all(".task.open-line").filter(shown); }
  function current() { return one(".task.cur"); }
  function mark(row) {
    all(".task.cur").forEach(function (each) { each.classList.remove("cur"); one("a", each).removeAttribute("aria-current"); });
    if (row) { row.classList.add("cur"); one("a", row).setAttribute("aria-current", "true"); }
  }
  function walk(selector) { // pressed before the rest of a file has come, the step is taken when it comes
    if (press(selector)) { return true; }
    onward = one("[hx-trigger=load][aria-busy]") ? selector : "";
    return !!onward;
  }
  function step(by) {
    var list = rows();
    if (!list.length) { return walk(by > 0 ? "[data-key=j]" : "[data-key=k]"); }
    var at = list.indexOf(current());
    var row = list[Math.max(0, Math.min(list.length - 1, at + by))];
    if (row === current()) { return true; }
    mark(row);
    var link = one("a", row);
    link.focus();
    row.scrollIntoView({ block: "nearest" });
    link.click();
    return true;
  }
  function follow() {
    var brief = one("#brief [data-line]");
    var row = brief && doc.getElementById("line-" + brief.getAttribute("data-line"));
    mark(row);
    return row;
  }

  /* ---- recording: 1-5 choose, D sends ---- */
  function choose(number) {
    var radio = one("#record .pick[data-number='" + number + "']");
    if (!radio) { return false; }
    radio.checked = true;
    openSheet();
    fillSeconds();
    return true;
  }
  function openSheet() {
    var pane = one("#brief");
    if (!pane || pane.classList.contains("sheet-open")) { return; }
    pane.classList.add("sheet-open");
    doc.body.classList.add("sheeted");
  }
  function closeSheet() {
    var pane = one(".sheet-open");
    if (!pane) { return false; }
    pane.classList.remove("sheet-open");
    doc.body.classList.remove("sheeted");
    var back = one("[data-act=sheet]", pane);
    if (back) { back.focus(); }
    return true;
  }
  function setAside() {
    openSheet();
    var opened = press("[data-key=s]"), reason = one("#f-reason");
    if (opened && shown(reason)) { reason.focus(); }
    return opened;
  }
  function fillSeconds() {
    if (!calling) { return; }
    var spent = Math.round((Date.now() - calling) / 1000);
    all("#record [name=minutes]").forEach(function (field) { if (!field.value) { field.value = Math.floor(spent / 60); } });
    all("#record [name=seconds]").forEach(function (field) { if (!field.value) { field.value = spent % 60; } });
  }
  function writeMessage() {
    var way = one("[data-way=message]");
    if (way && !way.hasAttribute("aria-current")) { way.click(); } else { choose(1); }
  }
  function copyScript(button) {
    var of = button.getAttribute("data-of"), text = of ? doc.getElementById(of) : one("#script");
    if (!text || !navigator.clipboard) { return; }
    navigator.clipboard.writeText(text.textContent.trim()).then(function () {
      var word = one("[data-word]", button);
      word.textContent = button.getAttribute("data-done");
      button.classList.add("copied");
    });
  }

  /* ---- toasts ---- */
  function toast(text) {
    var box = one("#toasts"), note = doc.createElement("div");
    note.className = "toast"; note.setAttribute("role", "alert"); note.textContent = text;
    box.textContent = ""; box.appendChild(note);
  }
  function expire() {
    all("#toasts .toast[data-seconds]").forEach(function (each) {
      if (each.dataset.running) { return; }
      each.dataset.running = "1";
      window.setTimeout(function () { each.remove(); }, 1000 * Number(each.dataset.seconds));
    });
  }

  /* ---- what was read in full: masked again after its time, and when the page is left ---- */
  function mask(each) {
    each.textContent = each.getAttribute("data-masked");
    each.removeAttribute("data-clear"); each.removeAttribute("href");
  }
  function maskLater() {
    all("[data-clear]").forEach(function (each) {
      if (each.dataset.running) { return; }
      each.dataset.running = "1";
      window.setTimeout(function () { mask(each); }, 1000 * Number(each.getAttribute("data-clear")));
    });
  }
  window.addEventListener("pagehide", function () { all("[data-clear]").forEach(mask); });

  /* ---- keys ---- */
  function keysOn() { return window.localStorage.getItem("keys") !== "off"; }
  function inField(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox)$/.test(target.type) || target.isContentEditable; }
  function dialog(open) {
    var box = one("#keys");
    if (!box) { return false; }
    if (open) { one("[data-keys]", box).checked = keysOn(); box.showModal(); } else { box.close(); }
    return true;
  }
  function act(key, target) {
    var number = Number(key);
    if (coming && /^[1-5cmvds]$/.test(key)) { return true; }  // the next person is on the way: nothing may be written to the one before
    if (goKey) { goKey = false; return /^[tc]$/.test(key) && press("[data-go=" + key + "]"); }
    if (number >= 1 && number <= 5) { return choose(number); }
    if ((key === "ArrowDown" || key === "ArrowUp") && (/^(radio|checkbox)$/.test(target.type) || !rows().length)) { return false; }
    switch (key) {
      case "j": case "ArrowDown": return step(1);
      case "k": case "ArrowUp": return step(-1);
      case "Enter": return target.closest(".task") ? press("[data-key=enter]") : false;
      case "c": return press("[data-key=c]");
      case "m": return press("[data-key=m]");
      case "v": return choose(4) && (one("#f-meeting_on").focus(), true);
      case "d": return press("[data-key=d]") || press("[data-act=sheet]");
      case "s": return setAside();
      case "z": return press("[data-key=z]");
      case "g": goKey = true; window.setTimeout(function () { goKey = false; }, 1000); return true;
      case "f": return press("[data-key=close]") || press("[data-key=f]");
      case "?": return dialog(true);
      case "Escape": return closeSheet() || press("[data-key=close]");
    }
    return false;
  }
  doc.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (one("dialog[open]")) { return; }
    if (event.key === "Escape") { if (inField(event.target)) { event.target.blur(); } if (closeSheet() || press("[data-key=close]")) { event.preventDefault(); } return; }
    if (inField(event.target) || (!keysOn() && event.key !== "?")) { return; }
    if (event.key === "Enter" && /^(BUTTON|SUMMARY)$/.test(event.target.tagName)) { return; }
    var key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (act(key, event.target)) { event.preventDefault(); }
  });

  doc.addEventListener("click", function (event) {
    var button = event.target.closest("[data-act]");
    if (!button) { return; }
    var what = button.getAttribute("data-act");
    if (what === "theme") { event.preventDefault(); switchTheme(button); }
    if (what === "print") { window.print(); }
    if (what === "keys") { dialog(true); }
    if (what === "close") { dialog(false); }
    if (what === "copy") { copyScript(button); }
    if (what === "sheet") { openSheet(); var first = one("#record .pick"); if (first) { first.focus(); } }
    if (what === "message") { copyScript(one("[data-act=copy]")); writeMessage(); }
    if (what === "sheet-close") { closeSheet(); }
    if (what === "call") { calling = Date.now(); openSheet(); }
  });
  doc.addEventListener("change", function (event) {
    if (event.target.matches("[data-keys]")) { window.localStorage.setItem("keys", event.target.checked ? "on" : "off"); }
    if (event.target.matches(".pick")) { fillSeconds(); }
    if (event.target.matches(".drop [type=file]") && event.target.files.length) { one("[data-file]").textContent = event.target.files[0].name; }
  });

  /* ---- what htmx sends and brings ---- */
  function saving(event) { return event.target.closest && event.target.closest("#record, .act-form"); }
  doc.addEventListener("htmx:beforeRequest", function (event) {
    var row = saving(event) && current();
    if (row) { row.classList.add("pending"); }
    var pane = event.detail.target && event.detail.target.id === "brief" && !saving(event) && event.detail.target;
    if (pane) { coming = true; slow = window.setTimeout(function () { pane.classList.add("loading"); pane.setAttribute("aria-busy", "true"); }, 150); }
    all("[data-key=d]").forEach(function (button) { if (saving(event)) { button.classList.add("pending"); button.setAttribute("aria-busy", "true"); } });
  });
  function settled() {
    coming = false;
    window.clearTimeout(slow);
    all(".pane.loading").forEach(function (each) { each.classList.remove("loading"); each.removeAttribute("aria-busy"); });
    all(".pending").forEach(function (each) { each.classList.remove("pending"); each.removeAttribute("aria-busy"); });
  }
  function putBack(event) {
    var answered = event.detail.xhr && event.detail.xhr.status, away = !answered || answered === 503;
    settled();
    toast(doc.body.getAttribute(away ? "data-away" : "data-failed"));
  }
  doc.addEventListener("htmx:sendError", putBack);
  doc.addEventListener("htmx:timeout", putBack);
  doc.addEventListener("htmx:responseError", putBack);
  doc.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status === 422 || event.detail.xhr.status === 409) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  doc.addEventListener("htmx:afterSettle", function (event) {
    expire(); maskLater();
    if (onward && (press(onward) || !one("[hx-trigger=load][aria-busy]"))) { onward = ""; }
    if (event.target.id !== "brief") { return; }
    doc.body.classList.toggle("sheeted", !!one(".sheet-open"));
    if (one("#brief[aria-busy][hx-get]")) { coming = true; follow(); return; }  // the next person's brief comes by itself
    calling = null;
    settled();
    var desk = one(".today"), open = one("#brief [data-line]");
    if (desk) { desk.classList.toggle("one", !!open); }
    doc.body.classList.toggle("reading", !!open);
    var row = follow(), wrong = one("#brief [aria-invalid=true]") || one("#record .err");
    if (wrong) { openSheet(); if (wrong.matches(".err")) { wrong.setAttribute("tabindex", "-1"); } wrong.focus(); return; }
    if (narrow()) { window.scrollTo(0, 0); var head = one("#brief h2"); if (head) { head.setAttribute("tabindex", "-1"); head.focus(); } return; }
    if (row) { one("a", row).focus({ preventScroll: true }); row.scrollIntoView({ block: "nearest" }); }
  });
  var asking = one("dialog[data-modal]");  // without this file it stands open in the page
  if (asking && asking.showModal) { asking.removeAttribute("open"); asking.showModal(); }
  expire(); maskLater();
}());
