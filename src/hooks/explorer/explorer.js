// The explorer: what is chosen, and what then is to be drawn.

const OFTEN = 150; // milliseconds from words to words while pictures move
const SETTLED = 400; // milliseconds after which words follow the pictures

class Explorer {
  constructor(host, data) {
    this.host = host;
    this.data = data;
    this.frame = data.frames.length - 1;
    this.channel = null;
    this.playing = false;
    this.unpacked = new Map();
    this.shadow = host.attachShadow({ mode: "open" });
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", "Explorer of a recording");
    this.build();
    host.addEventListener("keydown", (event) => this.key(event));
  }

  build() {
    const { bar, ...made } = controls(this, this.data);
    Object.assign(this, made);
    this.now = make("p", { class: "now", "aria-hidden": "true" }); // said by `live`
    this.live = make("p", { class: "hidden", "aria-live": "polite" });
    this.legend = make("p", { class: "small" });
    this.big = make("section", { class: "large", hidden: "" });
    this.views = make("div", { class: "views" });
    const style = make("style", {}, STYLE);
    this.shadow.append(
      style,
      bar,
      this.now,
      this.live,
      this.big,
      this.views,
      this.legend,
    );
  }

  /** Show a layer: unpack it, if it is not yet, and make its panels. */
  async show(name) {
    this.name = name;
    const unpacked = await Promise.all(
      this.data.recordings.map(({ layers }, i) =>
        this.unpack(`${i} ${name}`, layers[name]),
      ),
    );
    if (this.name !== name) return; // another one was chosen meanwhile
    const span = this.data.layers[name];
    const open = (channel) => this.open(channel);
    this.sides = unpacked.map((layer, i) => {
      const title =
        this.data.recordings.length > 1 ? this.data.recordings[i].title : "";
      const grid = layer && new Grid(layer, span, title, open);
      return { layer, grid, title, note: make("p", { class: "note" }) };
    });
    this.views.replaceChildren(...this.sides.map((side) => this.view(side)));
    this.number(Math.max(...unpacked.map((layer) => layer?.channels ?? 0)));
    const there = unpacked.filter(Boolean);
    write(this.legend, legend(there, span));
    const keep = unpacked.some((layer) => this.channel < layer?.channels);
    if (this.channel !== null && keep) this.open(this.channel, null);
    else if (this.channel !== null) this.close();
    this.draw();
    this.settle();
    this.host.dataset.live = "true";
  }

  async unpack(key, packed) {
    if (packed && !this.unpacked.has(key))
      this.unpacked.set(key, await unpackLayer(packed));
    return this.unpacked.get(key);
  }

  view({ grid, title, note }) {
    const head = title ? [make("p", { class: "title" }, title)] : [];
    if (!grid) write(note, `No layer ${this.name} in ${title}.`);
    return make("div", { class: "view" }, ...head, note, ...(grid ? [grid.root] : []));
  }

  /** Offer pages of channels, where there are too many for one. */
  number(channels) {
    const starts = Array.from(
      { length: Math.ceil(channels / MOST) },
      (_, i) => i * MOST,
    );
    const text = (from) => `${from} to ${Math.min(from + MOST, channels) - 1}`;
    const options = starts.map((from) => make("option", { value: from }, text(from)));
    this.page.replaceChildren(...options);
    this.pages.hidden = starts.length < 2;
  }

  turn(from) {
    for (const { grid, layer } of this.sides) {
      if (grid && from < layer.channels) grid.fill(from);
    }
    this.queue();
  }

  /** Go to a snapshot. */
  go(frame) {
    const last = this.data.frames.length - 1;
    this.frame = Math.min(Math.max(frame, 0), last);
    this.slider.value = this.frame;
    this.queue();
  }

  play(on) {
    this.playing = on && this.data.frames.length > 1;
    write(this.button, this.playing ? "Pause" : "Play");
    if (!this.playing) return this.settle();
    const last = this.data.frames.length - 1;
    if (this.frame === last) this.go(0);
    let before = performance.now();
    const tick = (now) => {
      if (!this.playing || !this.host.isConnected) return;
      if (now - before >= 1000 / this.speed.value) {
        before = now;
        this.go(this.frame + 1);
        if (this.frame === last) return this.play(false);
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Draw in the next frame, once, however often it is asked for. */
  queue() {
    if (!this.queued) requestAnimationFrame(() => this.draw());
    this.queued = true;
  }

  draw() {
    this.queued = false;
    const label = this.data.frames[this.frame];
    write(this.label, sayplace(this.data.frames, this.frame));
    for (const { layer, grid, note } of this.sides) {
      if (!layer) continue;
      const row = layer.rows[this.frame];
      grid.draw(row, this.own.checked);
      write(note, row === null ? `Not recorded at snapshot ${label}.` : "");
    }
    for (const large of this.larges ?? []) large.draw(this.frame, this.own.checked);
    this.pending ??= setTimeout(() => this.tell(), OFTEN);
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.settle(), SETTLED);
  }

  /** Say in a line what is drawn; for each picture it would cost too much. */
  tell() {
    this.pending = undefined;
    const said = this.sides
      .filter(({ layer }) => layer)
      .map(({ layer, title }) => {
        const row = layer.rows[this.frame];
        const words = row === null ? "not recorded" : saylayer(layer, row);
        return title ? `${title}: ${words}` : words;
      });
    const label = this.data.frames[this.frame];
    this.words = `${this.name || "The model"}, snapshot ${label}: ${said.join(". ")}.`;
    write(this.now, this.words);
  }

  /** Say what is shown, for those who hear it, once it stands still. */
  settle() {
    if (this.playing || !this.sides) return;
    this.tell();
    const label = this.data.frames[this.frame];
    this.slider.setAttribute("aria-valuetext", `snapshot ${label}`);
    for (const { layer, grid } of this.sides) grid?.describe(layer.rows[this.frame]);
    const told = this.sides.filter(({ layer }) => this.channel < layer?.channels);
    const words = told.map(({ layer, title }) => {
      const row = layer.rows[this.frame];
      const facts =
        row === null ? "not recorded" : saychannel(layer, row, this.channel);
      return title ? `${title}, ${facts}` : facts;
    });
    const one = `Snapshot ${label}, ${words.join(". ")}`;
    write(this.live, this.channel === null ? this.words : one);
  }

  /** Show a channel large, and put the focus on what is named `focus` there. */
  open(channel, focus = "title") {
    const { frames } = this.data;
    this.channel = channel;
    const span = this.data.layers[this.name];
    const there = this.sides.filter(({ layer }) => channel < layer?.channels);
    this.larges = there.map(
      ({ layer, title }) => new Large(layer, span, channel, frames, title),
    );
    const name = `${this.name || "the model"}, channel ${channel}`;
    const most = Math.max(...this.sides.map(({ layer }) => layer?.channels ?? 0));
    const button = (text, onclick, disabled = false) =>
      make("button", { type: "button", class: text, onclick, disabled }, text);
    const step = (by, text) => () => this.open(channel + by, text);
    this.big.setAttribute("aria-label", name);
    this.big.replaceChildren(
      make(
        "div",
        { class: "head" },
        make("p", { class: "title", tabindex: -1 }, name),
        button("Previous", step(-1, "Previous"), channel === 0),
        button("Next", step(1, "Next"), channel === most - 1),
        button("Close", () => this.close()),
      ),
      make("div", { class: "views" }, ...this.larges.map((large) => large.root)),
    );
    this.big.hidden = false;
    const wanted = focus && this.big.querySelector(`.head .${focus}:not(:disabled)`);
    if (focus) (wanted ?? this.big.querySelector(".head .title")).focus();
    this.queue();
  }

  close() {
    const { channel } = this;
    this.channel = this.larges = null;
    this.big.hidden = true;
    this.sides.find(({ layer }) => channel < layer?.channels)?.grid.focus(channel);
    this.settle();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.stopPropagation(); // a notebook has commands on plain keys
    const at = event.composedPath()[0];
    const inside = this.big.contains(at);
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.key === "Escape" && this.channel !== null) this.close();
    else if (event.key === " " && !at.matches("button, select, [type=checkbox]")) {
      this.play(!this.playing);
    } else if (inside && event.key in steps) this.go(this.frame + steps[event.key]);
    else return;
    event.preventDefault();
  }
}
