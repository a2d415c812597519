/* Runs before the first paint: says that script runs. The theme itself is drawn by the server from a cookie. */
document.documentElement.classList.add("js");
