// One channel, large, with its history.

const COURSES = {
  running_mean: "running mean",
  running_var: "running variance",
  weight: "weight γ",
  bias: "bias β",
};

class Large {
  constructor(layer, span, channel, frames, title) {
    Object.assign(this, { layer, span, channel, frames });
    const sides = [0, 1].map((side) => this.side(side));
    const courses = Object.keys(COURSES).filter((name) => layer.series[name]);
    this.courses = courses.map((name) => this.course(name));
    this.table = make("table", {}, make("caption", {}, "In numbers"));
    this.root = make(
      "div",
      { class: "view" },
      ...(title ? [make("p", { class: "title" }, title)] : []),
      make("div", { class: "sides" }, ...sides),
      make("div", { class: "courses" }, ...this.courses.map((each) => each.root)),
      this.table,
    );
    this.tabulate();
  }

  /** A histogram over a heat map, on one axis. */
  side(side) {
    const plot = new Plot(this.layer, this.span, [side]);
    plot.mean = make("path", { class: "mean" });
    plot.svg.append(plot.mean);
    const [left, wide] = plot.box;
    const cursor = make("rect", { class: "cursor", x: left, width: wide, height: 1 });
    (this.plots ??= []).push({ plot, cursor });
    const rows = this.layer.rowCount;
    const viewBox = `${left} 0 ${wide} ${rows}`;
    const lines = this.moments(side).map(([d, name]) =>
      make("path", { d, class: name }),
    );
    const over = { viewBox, preserveAspectRatio: "none", "aria-hidden": "true" };
    const own = this.frames.filter((_, i) => this.layer.rows[i] !== null);
    return make(
      "figure",
      {},
      make("figcaption", {}, side ? "Output" : "Input"),
      make("div", { class: "plot" }, plot.svg),
      axis(this.span, ticks(...this.span), short),
      make(
        "div",
        { class: "heat" },
        this.heat(side, plot),
        make("svg", over, ...lines, cursor),
      ),
      make(
        "p",
        { class: "small" },
        `${this.layer.quantity} across; snapshots downwards, from ${own[0]} to `,
        `${own.at(-1)}; bright: many values; bar and white lines: measured mean ± `,
        "deviation",
      ),
    );
  }

  /** Value by snapshot; brightness goes with the root, for few are to be seen too. */
  heat(side, { first, last, box }) {
    const { layer, channel } = this;
    const label = `Heat map of the ${side ? "output" : "input"}, a line a snapshot`;
    const canvas = make("canvas", { role: "img", "aria-label": label });
    canvas.width = box[1];
    canvas.height = layer.rowCount;
    const picture = new ImageData(canvas.width, canvas.height);
    const top = layer.ever[side * layer.channels + channel];
    for (let row = 0; row < layer.rowCount; row++) {
      const shown = folded(histogram(layer, row, side, channel), first, last);
      shown.forEach((level, i) => {
        const pixel = row * canvas.width + first - box[0] + i;
        picture.data.set([...viridis(Math.sqrt(level / top)), 255], 4 * pixel);
      });
    }
    canvas.getContext("2d").putImageData(picture, 0, 0);
    return canvas;
  }

  /** Mean and deviation over the snapshots, as lines on the heat map. */
  moments(side) {
    const { layer, channel } = this;
    const facts = Array.from({ length: layer.rowCount }, (_, row) =>
      measured(layer, row, side, channel),
    );
    return [0, -1, 1].map((sign) => {
      const values = facts.map(([mean, deviation]) =>
        place(layer, mean + sign * deviation),
      );
      const d = course(values, (x, row) => `${Math.round(x * 100) / 100} ${row + 0.5}`);
      return [d, sign ? "spread" : "centre"];
    });
  }

  /** A number of the layer over the snapshots. */
  course(name) {
    const { layer, channel, frames } = this;
    const values = layer.rows.map((row) =>
      row === null ? NaN : number(layer, name, row, null, channel),
    );
    const finite = values.filter(Number.isFinite);
    let [low, high] = [Math.min(...finite), Math.max(...finite)];
    const ends = finite.length ? `${say(low)} to ${say(high)}` : "none";
    if (!(high > low)) [low, high] = [low - 1, low + 1];
    const up = (value) =>
      Math.round(9500 - (9000 * (value - low)) / (high - low)) / 100;
    const line = course(values, (value, i) => `${i + 0.5} ${up(value)}`);
    const cursor = make("path", { class: "cursor" });
    const value = make("output", { "aria-live": "off" });
    const root = make(
      "figure",
      { class: "course" },
      make("figcaption", {}, `${COURSES[name]} `, value),
      make(
        "svg",
        {
          viewBox: `0 0 ${frames.length} 100`,
          preserveAspectRatio: "none",
          role: "img",
          "aria-label": `${COURSES[name]} over the snapshots, ${ends}`,
        },
        cursor,
        make("path", { class: "line", d: line }),
      ),
      make("p", { class: "small" }, ends),
    );
    return { root, cursor, value, values };
  }

  tabulate() {
    const { layer } = this;
    const edges = layer.edges.map(short);
    const of = (name) => (row, side) => number(layer, name, row, side, this.channel);
    const facts = [
      ["mean", (row, side) => say(measured(layer, row, side, this.channel)[0])],
      [
        "standard deviation",
        (row, side) => say(measured(layer, row, side, this.channel)[1]),
      ],
      [`below ${edges[0]}`, (row, side) => percent(of("below")(row, side))],
      [`above ${edges[1]}`, (row, side) => percent(of("above")(row, side))],
      [
        "NaN or infinite",
        (row, side) => percent(lost(layer, row, side, this.channel).broken),
      ],
      ["values", (row, side) => layer.n[row][side].toLocaleString("en")],
    ];
    if (layer.series.rms) {
      facts.splice(2, 0, [
        "root mean square",
        (row, side) => say(of("rms")(row, side)),
      ]);
    }
    const heads = ["", "input", "output"].map((text) =>
      text ? make("th", { scope: "col" }, text) : make("td"),
    );
    this.facts = facts.map(([name, read]) => {
      const cells = [make("td"), make("td")];
      return {
        read,
        cells,
        line: make("tr", {}, make("th", { scope: "row" }, name), ...cells),
      };
    });
    const lines = this.facts.map((fact) => fact.line);
    this.table.append(make("tbody", {}, make("tr", {}, ...heads), ...lines));
  }

  draw(frame, own) {
    const row = this.layer.rows[frame];
    this.plots.forEach(({ plot, cursor }, side) => {
      plot.draw(row, this.channel, own);
      cursor.setAttribute("y", row ?? -9);
      const facts = row === null ? [] : measured(this.layer, row, side, this.channel);
      const [left, right] = [-1, 1].map((s) =>
        place(this.layer, facts[0] + s * facts[1]),
      );
      const whole = Number.isFinite(left) && Number.isFinite(right);
      plot.mean.setAttribute("d", whole ? `M${left} 97H${right}` : "");
    });
    for (const { cursor, value, values } of this.courses) {
      cursor.setAttribute("d", `M${frame + 0.5} 0V100`);
      write(value, say(values[frame]));
    }
    for (const { read, cells } of this.facts) {
      cells.forEach((cell, side) =>
        write(cell, row === null ? "none" : read(row, side)),
      );
    }
  }
}
