// The controls above the panels.

const SPEEDS = [1, 2, 5, 10, 25]; // snapshots a second

/** A control with its name. */
const named = (text, control) => make("label", {}, make("span", {}, text), control);

/** Make all controls, which tell the explorer what is chosen, and the bar of them. */
function controls(explorer, { frames, layers }) {
  const option = (value, text, chosen) =>
    make("option", { value, selected: chosen }, text);
  const names = Object.keys(layers).map((name) => option(name, name || "the model"));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const speeds = SPEEDS.map((n) => option(n, `${n} a second`, n === (calm ? 1 : 5)));
  const onplay = () => explorer.play(!explorer.playing);
  const select = make(
    "select",
    { onchange: () => explorer.show(select.value) },
    ...names,
  );
  const button = make(
    "button",
    { type: "button", class: "play", onclick: onplay },
    "Play",
  );
  const last = frames.length - 1;
  const slider = make("input", { type: "range", min: 0, max: last, step: 1 });
  slider.addEventListener("input", () => explorer.go(Number(slider.value)));
  slider.value = last;
  slider.disabled = button.disabled = frames.length < 2;
  const speed = make("select", {}, ...speeds);
  const own = make("input", { type: "checkbox", onchange: () => explorer.queue() });
  const page = make("select", { onchange: () => explorer.turn(Number(page.value)) });
  const pages = named("Channels", page);
  const label = make("output", { class: "label", "aria-live": "off" });
  const bar = make(
    "div",
    { class: "controls", role: "group", "aria-label": "What is shown" },
    named("Layer", select),
    pages,
    button,
    make("label", { class: "wide" }, make("span", {}, "Snapshot"), slider, label),
    named("Speed", speed),
    make("label", {}, own, make("span", {}, "each histogram to its own height")),
  );
  return { bar, select, button, slider, speed, own, page, pages, label };
}
