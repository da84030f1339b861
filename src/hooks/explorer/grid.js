// The channels of a layer as small multiples: a button a channel, input and output.

const MOST = 128; // channels at a time; more are slow to draw and not to be told apart
const GAP = 0.08; // between input and output, of the width of one
const ROOM = 11; // signs below a histogram, where it is smallest
const CROWDED = 0.05; // share of the values beyond the bins that is worth a word

/** Make an element; `on…` are listeners, all other properties attributes. */
function make(tag, properties = {}, ...children) {
  const space = "http://www.w3.org/2000/svg";
  const drawn = ["svg", "path", "rect"].includes(tag);
  const made = drawn
    ? document.createElementNS(space, tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** Write text only where it differs: every change costs a layout. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Where the dashed lines stand, and 0: those that there is room to name. */
function landmarks([low, high], { width }) {
  const ends = [low + width, high - width];
  const [left, right] = ends.map((value) => rough(value).length + 1);
  const zero = (-low / (high - low)) * ROOM;
  if (left <= zero && right <= ROOM - zero) return [ends[0], 0, ends[1]];
  return left + right <= ROOM + 1 ? ends : ends.slice(1);
}

/** One histogram with its lines, or both sides' in one picture; `draw` moves them. */
class Plot {
  constructor(layer, span, sides) {
    const [left, right] = span.map((value) => Math.round(place(layer, value)));
    const wide = right - left;
    this.layer = layer;
    // Another layer beside this one may have bins where this one has none.
    this.first = Math.max(0, left);
    this.last = Math.min(layer.bins, right);
    this.box = [left, wide];
    this.sides = sides.map((side, i) => ({ side, shift: i * (1 + GAP) * wide }));
    this.bars = make("path", { class: "bars" });
    this.lines = make("path", { class: "lines" });
    const across = wide * (sides.length + GAP * (sides.length - 1));
    const each = (draw) => this.sides.map(({ shift }) => draw(shift)).join("");
    const edge = (shift) =>
      [this.first + 1, this.last - 1].map((x) => `M${x + shift} 0V100`).join("");
    const bound = { viewBox: `${left} 0 ${across} 100`, preserveAspectRatio: "none" };
    this.svg = make(
      "svg",
      { ...bound, "aria-hidden": "true" },
      make("path", {
        class: "zero",
        d: each((shift) => `M${place(layer, 0) + shift} 0V100`),
      }),
      this.bars,
      make("path", { class: "edges", d: each(edge) }),
      this.lines,
    );
  }

  draw(row, channel, own) {
    const { layer } = this;
    let [bars, lines] = ["", ""];
    for (const { side, shift } of row === null ? [] : this.sides) {
      const levels = histogram(layer, row, side, channel);
      const peak = own ? Math.max(...levels.subarray(1, -1)) : 0;
      const top = peak || layer.ever[side * layer.channels + channel];
      bars += outline(folded(levels, this.first, this.last), this.first + shift, top);
      lines += marks(layer, theory(layer, row, side, channel), shift);
    }
    this.bars.setAttribute("d", bars);
    this.lines.setAttribute("d", lines);
  }
}

/** All channels of one layer of one recording. */
class Grid {
  constructor(layer, span, title, open) {
    this.layer = layer;
    this.span = span;
    this.from = 0;
    this.open = open;
    this.root = make("div", { class: "grid", role: "group" });
    this.root.setAttribute("aria-label", `Channels${title ? ` of ${title}` : ""}`);
    this.root.addEventListener("keydown", (event) => this.rove(event));
    this.fill(0);
  }

  /** Make the panels of the channels from a number on. */
  fill(from) {
    this.from = from;
    const number = Math.min(MOST, this.layer.channels - from);
    this.root.dataset.size = number <= 16 ? "few" : number <= 32 ? "some" : "many";
    this.panels = Array.from({ length: number }, (_, i) => this.panel(from + i));
    this.root.replaceChildren(...this.panels.map((panel) => panel.button));
    this.hold(0);
  }

  panel(channel) {
    const plot = new Plot(this.layer, this.span, [0, 1]);
    const badges = [0, 1].map(() => make("span", { class: "badge" }));
    const names = [`${channel} · input`, "output"].map((name, side) =>
      make(
        "span",
        { class: "half" },
        make("span", { class: "name" }, name),
        badges[side],
      ),
    );
    const onclick = () => this.open(channel);
    const button = make(
      "button",
      { class: "channel", type: "button", onclick },
      ...names,
      plot.svg,
      ...[0, 1].map(() => axis(this.span, landmarks(this.span, this.layer), rough)),
    );
    return { channel, plot, badges, button };
  }

  draw(row, own) {
    for (const { channel, plot, badges } of this.panels) {
      plot.draw(row, channel, own);
      for (const side of [0, 1]) {
        const { beyond, broken } = lost(this.layer, row ?? -1, side, channel);
        const words = [];
        if (row !== null && beyond >= CROWDED) words.push(`${percent(beyond)} out`);
        if (row !== null && broken > 0) words.push(`NaN ${percent(broken)}`);
        write(badges[side], words.join(", "));
      }
    }
  }

  /** Say in words what is drawn. */
  describe(row) {
    for (const { channel, button } of this.panels) {
      const none = `channel ${channel}: not recorded`;
      const words = row === null ? none : saychannel(this.layer, row, channel);
      button.setAttribute("aria-label", words);
    }
  }

  /** Let one panel be where the Tab key stops. */
  hold(index) {
    this.panels.forEach(({ button }, i) => (button.tabIndex = i === index ? 0 : -1));
  }

  rove(event) {
    const buttons = this.panels.map((panel) => panel.button);
    const here = buttons.indexOf(event.target.closest("button"));
    const line = buttons[0].offsetTop;
    const columns = buttons.filter((button) => button.offsetTop === line).length;
    const moves = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
    };
    const ends = { Home: 0, End: buttons.length - 1 };
    const next = ends[event.key] ?? here + (moves[event.key] ?? 0);
    if (!(event.key in moves || event.key in ends) || here < 0) return;
    event.preventDefault();
    if (!buttons[next]) return;
    this.hold(next);
    buttons[next].focus();
  }

  /** Put the focus on a channel, if it is on this page of them. */
  focus(channel) {
    const index = channel - this.from;
    if (!this.panels[index]) return;
    this.hold(index);
    this.panels[index].button.focus();
  }
}
