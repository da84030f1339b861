// Shapes of one channel. They are in bins across and in per cent of the
// panel upwards, so that an SVG needs no arithmetic but its viewBox.

/** The levels from one bin to another; the first and last hold all beyond them too. */
function folded(levels, first, last) {
  const shown = Array.from(levels.subarray(first, last));
  for (let bin = 0; bin < first; bin++) shown[0] += levels[bin];
  for (let bin = last; bin < levels.length; bin++)
    shown[shown.length - 1] += levels[bin];
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
  return `M${at(mean)} 0V100M${ends[0]} 45V100M${ends[1]} 45V100`;
}

/** What the layer itself says: running mean and deviation, or β and |γ|. */
function theory(layer, row, side, channel) {
  const of = (name) => number(layer, name, row, null, channel);
  if (side === 0) return [of("running_mean"), Math.sqrt(of("running_var"))];
  return layer.theory ? [of("bias"), Math.abs(of("weight"))] : [NaN, NaN];
}

/** What was measured: mean and standard deviation. */
function measured(layer, row, side, channel) {
  return ["mean", "deviation"].map((name) => number(layer, name, row, side, channel));
}
