// Links between pages are followed without loading the explorer anew, as its own sidebar does; a browser that does not
// get here follows them as ordinary links. The key / leads to the search, wherever one is.
(() => {
  if (window.gongkaiLinks) return;
  window.gongkaiLinks = true;
  const isPlain = (event) =>
    !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    if (!isPlain(event)) return;
    const link = event.target instanceof Element && event.target.closest('a[href^="/?page="]');
    if (!link || link.target === "_blank") return;
    const asked = new URL(link.href).searchParams;
    const page = asked.get("page");
    asked.delete("page");
    event.preventDefault();
    open(page, asked);
  });

  // From an agency or a cell, the sidebar's link to the same page leads to its beginning; streamlit would stay.
  document.addEventListener(
    "click",
    (event) => {
      if (!isPlain(event)) return;
      const link = event.target instanceof Element && event.target.closest('a[data-testid="stSidebarNavLink"]');
      if (!link || new URL(link.href).pathname !== window.location.pathname) return;
      const asked = new URLSearchParams(window.location.search);
      const before = asked.size;
      ["agency", "report", "cell"].forEach((name) => asked.delete(name));
      if (asked.size === before) return;
      event.preventDefault();
      event.stopPropagation();
      open(window.location.pathname.slice(1) || "overview", asked);
    },
    true,
  );

  const open = (page, asked) => {
    const path = page === "overview" ? "/" : `/${page}`;
    window.history.pushState(null, "", asked.size ? `${path}?${asked}` : path);
    window.dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  };

  const search = () => document.querySelector('[data-testid="stMain"] [data-testid="stTextInput"] input');
  const focus = (patience) => {
    const found = search();
    if (found) found.focus();
    else if (patience) setTimeout(() => focus(patience - 1), 100);
  };
  // A long table begins far above the cell that the page is about.
  new MutationObserver(() => {
    const marked = document.querySelector("td.marked:not([data-shown])");
    if (!marked) return;
    marked.dataset.shown = "";
    marked.scrollIntoView({ block: "nearest", inline: "nearest" });
  }).observe(document.body, { childList: true, subtree: true });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable=true]")) return;
    event.preventDefault();
    if (!search()) open("agencies", new URLSearchParams());
    focus(50);
  });
})();
