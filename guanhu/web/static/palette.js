/* The command palette: / or Ctrl K opens it, arrows walk, Enter opens, Esc closes. Without this file / is the search page. */
(function () {
  "use strict";
  var doc = document, box = doc.getElementById("cmd");
  if (!box || !box.showModal) { return; }
  var words = doc.getElementById("cmd-words"), found = doc.getElementById("cmd-found"), back = null, late = false;

  function all(selector, inside) { return Array.prototype.slice.call((inside || doc).querySelectorAll(selector)); }
  function options() { return all("[role=option]", box).filter(function (each) { return !each.hidden; }); }
  function chosen() { return box.querySelector("[aria-selected=true]"); }
  function choose(option) {
    all("[aria-selected=true]", box).forEach(function (each) { each.setAttribute("aria-selected", "false"); });
    if (!option) { words.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    words.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    var list = options(), at = list.indexOf(chosen());
    choose(list[(at + by + list.length) % list.length]);
  }
  function narrow() { // pages and commands whose name holds what is typed; all of them while nothing is
    var typed = words.value.trim().toLowerCase();
    all("[data-words]", box).forEach(function (each) { each.hidden = typed !== "" && each.getAttribute("data-words").indexOf(typed) < 0; });
    all("h3", box).forEach(function (each) {
      var list = each.nextElementSibling;
      each.hidden = list.hidden = !all("[role=option]", list).some(function (one) { return !one.hidden; });
    });
    choose(options().filter(function (each) { return !late || !found.contains(each); })[0]);
  }
  function open() {
    if (box.open || doc.querySelector("dialog[open]")) { return; }
    back = doc.activeElement; words.value = ""; found.textContent = ""; late = false;
    box.showModal(); words.focus(); narrow();
  }
  function close() { box.close(); }
  function take(option) {
    var press = option && option.getAttribute("data-press");
    if (option && option.getAttribute("data-href")) { window.location.assign(option.getAttribute("data-href")); return; }
    close();
    if (press) { var button = doc.querySelector("[data-act=" + press + "]"); if (button) { button.click(); } }
  }

  box.addEventListener("close", function () { if (back && back.focus) { back.focus(); } });
  box.addEventListener("click", function (event) {
    var option = event.target.closest("[role=option]");
    if (option) { take(option); } else if (event.target === box) { close(); }
  });
  box.addEventListener("submit", function (event) { if (chosen()) { event.preventDefault(); take(chosen()); } });
  box.addEventListener("htmx:afterSwap", function () { late = false; narrow(); });
  words.addEventListener("input", function () { // until the answer comes, Enter opens nobody found by what was typed before
    late = true;
    if (!words.value.trim()) { found.textContent = ""; }
    narrow();
  });
  words.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) { return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
  });

  function inField(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable; }
  function walk(by) { // J and K on the page of what was found
    var links = all(".hits .hit > a");
    if (!links.length) { return false; }
    links[Math.max(0, Math.min(links.length - 1, links.indexOf(doc.activeElement) + by))].focus();
    return true;
  }
  doc.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229 || event.altKey) { return; }
    var key = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && key === "k") { event.preventDefault(); open(); return; }
    if (event.ctrlKey || event.metaKey || box.open || inField(event.target) || window.localStorage.getItem("keys") === "off") { return; }
    if (key === "/") { event.preventDefault(); open(); }
    if ((key === "j" || key === "arrowdown") && walk(1) || (key === "k" || key === "arrowup") && walk(-1)) { event.preventDefault(); }
  });
  doc.addEventListener("click", function (event) {
    if (event.target.closest("[data-palette]")) { event.preventDefault(); open(); }
  });
}());
