/* Runs before the first paint: says that script runs. The theme itself is drawn by the server from a cookie. */
(function (root, chosen) {
  root.classList.add("js");
  if (chosen && !root.hasAttribute("data-theme")) { root.setAttribute("data-theme", chosen[1]); }
}(document.documentElement, /(?:^|; )theme=(light|dark)(?:;|$)/.exec(document.cookie)));
