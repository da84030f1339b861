// Words for what is drawn.

/** A number in words of three digits. */
function say(value) {
  if (!Number.isFinite(value)) return "none";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 100000)) {
    return value.toExponential(1).replace("e+", "e").replace(/-/g, "−");
  }
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** A number for an axis, without zeros that say nothing. */
const short = (value) => say(value).replace(/\.0+$|(?<=\.\d+)0+$/, "");

/** A number for a very short axis. */
const rough = (value) => short(Number(value.toPrecision(2)));

/** A share as a percentage; none is told from very few. */
function percent(share) {
  if (!(share > 0)) return "0 %";
  return share < 0.001
    ? "under 0.1 %"
    : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Which snapshot it is, and of how many; where it is called by its number, once. */
function sayplace(frames, frame) {
  const place = `${frame + 1} of ${frames.length}`;
  const label = String(frames[frame]);
  return label === String(frame + 1) ? place : `${label} (${place})`;
}

/** What share of the values lies beyond the edges, and what share is no number. */
function lost(layer, row, side, channel) {
  const of = (name) => number(layer, name, row, side, channel) || 0;
  return { beyond: of("below") + of("above"), broken: of("nan") + of("inf") };
}

/** One side of a channel in words. */
function sayside(layer, row, side, channel) {
  const name = side ? "output" : "input";
  const [mean, deviation] = measured(layer, row, side, channel);
  const { beyond, broken } = lost(layer, row, side, channel);
  const facts = [];
  if (Number.isFinite(mean)) {
    facts.push(`mean ${say(mean)}, deviation ${say(deviation)}`);
  }
  if (beyond > 0) facts.push(`${percent(beyond)} beyond the bins`);
  if (broken > 0) facts.push(`${percent(broken)} NaN or infinite`);
  return `${name} ${facts.join(", ") || "without values"}`;
}

/** A channel in words. */
function saychannel(layer, row, channel) {
  const sides = [0, 1].map((side) => sayside(layer, row, side, channel));
  return `channel ${channel}: ${sides.join("; ")}`;
}

/** A layer at one snapshot in words. */
function saylayer(layer, row) {
  const sides = [0, 1].map((side) => {
    const all = Array.from({ length: layer.channels }, (_, channel) => channel);
    const facts = all.map((channel) => measured(layer, row, side, channel));
    const means = facts.map(([mean]) => mean).filter(Number.isFinite);
    const deviations = facts.map(([, deviation]) => deviation).filter(Number.isFinite);
    const worst = Math.max(...all.map((c) => lost(layer, row, side, c).beyond));
    const broken = Math.max(...all.map((c) => lost(layer, row, side, c).broken));
    if (means.length === 0 && broken === 0)
      return `${side ? "output" : "input"} without values`;
    const span = (list) => `${say(Math.min(...list))} to ${say(Math.max(...list))}`;
    let text = side ? "output" : "input";
    text += means.length
      ? ` means ${span(means)}, deviations ${span(deviations)}`
      : " without a finite value";
    if (worst >= 0.001)
      text += `, up to ${percent(worst)} of a channel beyond the bins`;
    if (broken > 0) text += `, up to ${percent(broken)} of a channel NaN or infinite`;
    return text;
  });
  return sides.join("; ");
}

/** How to read the panels of layers between two values. */
function legend(layers, [low, high]) {
  const [first] = layers;
  const inner = [low + first.width, high - first.width].map(short);
  const text = [`All panels: ${first.quantity} from ${inner.join(" to ")},`];
  text.push("the bins behind the dashed lines hold all values beyond.");
  const lines = [];
  if (layers.some(({ series }) => series.running_mean)) {
    lines.push("running mean ± deviation on the input");
  }
  if (layers.some(({ theory, series }) => theory && series.weight)) {
    lines.push("β ± |γ| on the output");
  }
  if (lines.length) text.push(`Lines: ${lines.join(", ")}, at the snapshot's end.`);
  const finest = Math.min(...layers.map((layer) => layer.finest));
  const coarse = (50 / finest).toFixed(1);
  text.push(`Heights are rounded by up to ${coarse} % of a usual peak,`);
  text.push("numbers to a thousandth of the largest over the snapshots.");
  const error = Math.max(...layers.map((layer) => layer.error));
  if (error) {
    text.push("The histograms count a sample: with 95 % probability, the share of");
    text.push(`values below any point is off by at most ${(100 * error).toFixed(1)} %.`);
  }
  return text.join(" ");
}
