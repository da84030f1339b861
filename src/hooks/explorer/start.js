// Where an explorer begins.

/** Be dark where the page around is. */
function follow(host) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const set = () => {
    const [page, body] = [document.documentElement.dataset, document.body.dataset];
    const named = [page.theme, body.theme].find((n) => n === "dark" || n === "light");
    const lab = { true: "light", false: "dark" }[body.jpThemeLight];
    host.dataset.theme = lab ?? named ?? (dark.matches ? "dark" : "light");
  };
  const options = { attributeFilter: ["data-theme", "data-jp-theme-light"] };
  const observer = new MutationObserver(set);
  observer.observe(document.documentElement, options);
  observer.observe(document.body, options);
  dark.addEventListener("change", set);
  set();
}

function start(host) {
  const data = JSON.parse(
    host.querySelector('script[type="application/json"]').textContent,
  );
  if (!("DecompressionStream" in globalThis)) {
    const why = "This browser cannot unpack the recording; a newer one can.";
    host.querySelector(".hooks-why").textContent = why;
    host.dataset.still = "true";
    return;
  }
  follow(host);
  new Explorer(host, data).show(Object.keys(data.layers)[0]);
}

for (const host of document.querySelectorAll(`.hooks-explorer[data-key="${KEY}"]`)) {
  if (!host.shadowRoot) start(host);
}
