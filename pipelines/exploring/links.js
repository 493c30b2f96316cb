// Links between pages are followed without loading the explorer anew, as its own sidebar does. A browser that does not
// get here follows them as ordinary links.
(() => {
  if (window.gongkaiLinks) return;
  window.gongkaiLinks = true;
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element && event.target.closest('a[href^="/?page="]');
    if (!link || link.target === "_blank") return;
    const asked = new URL(link.href).searchParams;
    const page = asked.get("page");
    asked.delete("page");
    event.preventDefault();
    const path = page === "overview" ? "/" : `/${page}`;
    window.history.pushState(null, "", asked.size ? `${path}?${asked}` : path);
    window.dispatchEvent(new PopStateEvent("popstate"));
    document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
  });
})();
