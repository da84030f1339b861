// Shapes and words of one channel. Shapes are in bins across and in per cent of the
// panel upwards, so that an SVG needs no arithmetic but its viewBox.

/** The levels from one bin to another; the first and last hold all beyond them too. */
function folded(levels, first, last) {
  const shown = Array.from(levels.subarray(first, last));
  for (let bin = 0; bin < first; bin++) shown[0] += levels[bin];
  for (let bin = last; bin < levels.length; bin++) shown[shown.length - 1] += levels[bin];
  return shown;
}

/** The outline of levels from the bin `first` on, with room for `top` of them. */
function outline(levels, first, top) {
  let path = `M${first} 100`;
  for (const level of levels) {
    path += `V${Math.round(1000 - 960 * Math.min(1, level / top)) / 10}h1`;
  }
  return `${path}V100z`;
}

/** Mean and deviation as upright lines, the mean's the longer one, `right` moved. */
function marks(layer, [mean, deviation], right) {
  if (!Number.isFinite(mean) || !Number.isFinite(deviation)) return "";
  const at = (value) => Math.round(100 * (place(layer, value) + right)) / 100;
  const ends = [at(mean - deviation), at(mean + deviation)];
  return `M${at(mean)} 0V100M${ends[0]} 25V100M${ends[1]} 25V100`;
}

/** What the layer itself says: running mean and deviation, or β and |γ|. */
function theory(layer, row, side, channel) {
  const of = (name) => number(layer, name, row, null, channel);
  if (side === 0) return [of("running_mean"), Math.sqrt(of("running_var"))];
  return layer.theory ? [of("bias"), Math.abs(of("weight"))] : [NaN, NaN];
}

/** What was measured: mean and standard deviation. */
function measured(layer, row, side, channel) {
  const variance = number(layer, "var", row, side, channel);
  return [number(layer, "mean", row, side, channel), Math.sqrt(variance)];
}

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

/** A share as a percentage; none is told from very few. */
function percent(share) {
  if (!(share > 0)) return "0 %";
  return share < 0.001 ? "under 0.1 %" : `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
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
    if (means.length === 0 && broken === 0) return `${side ? "output" : "input"} without values`;
    const span = (list) => `${say(Math.min(...list))} to ${say(Math.max(...list))}`;
    let text = side ? "output" : "input";
    text += means.length
      ? ` means ${span(means)}, deviations ${span(deviations)}`
      : " without a finite value";
    if (worst >= 0.001) text += `, up to ${percent(worst)} of a channel beyond the bins`;
    if (broken > 0) text += `, up to ${percent(broken)} of a channel NaN or infinite`;
    return text;
  });
  return sides.join("; ");
}
