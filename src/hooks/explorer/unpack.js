// What explorer/pack.py has packed. All counts of a layer come out as levels, one byte
// each, in the order snapshot, side, channel, bin; the courses of its numbers as
// floats, in the order side, channel, snapshot.

const CONTEXTS = [1, 4, 16, 64];

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream();
  const plain = stream.pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}

function unpackHeights(streams, [rows, sides, channels, bins]) {
  const row = sides * channels * bins;
  const heights = new Uint8Array(rows * row);
  const read = streams.map(() => 0);
  for (let i = 0; i < heights.length; i++) {
    const bin = i % bins;
    const here = i >= row ? heights[i - row] : 0;
    const left = i >= row && bin > 0 ? heights[i - row - 1] : here;
    const right = i >= row && bin < bins - 1 ? heights[i - row + 1] : here;
    const around = left + 2 * here + right;
    let stream = 0;
    while (stream < CONTEXTS.length && around >= CONTEXTS[stream]) stream++;
    heights[i] = ((around + 2) >> 2) + streams[stream][read[stream]++];
  }
  return heights;
}

async function unpackSeries(packed, rows) {
  if (packed === null) return null;
  const [low, high] = await Promise.all(packed.steps.map(inflate));
  const values = new Float64Array(low.length);
  let whole = 0;
  for (let i = 0; i < values.length; i++) {
    const zigzag = low[i] + 256 * high[i];
    const step = zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
    whole = i % rows ? whole + step : step;
    values[i] = whole * packed.unit[Math.floor(i / rows)];
  }
  for (const [first, number] of packed.gaps) values.fill(NaN, first, first + number);
  return values;
}

/** Unpack a layer of a recording: its levels, its numbers and how to read them. */
async function unpackLayer(packed) {
  const [rows, , channels, bins] = packed.size;
  const names = Object.keys(packed.series);
  const [streams, ...courses] = await Promise.all([
    Promise.all(packed.heights.map(inflate)),
    ...names.map((name) => unpackSeries(packed.series[name], rows)),
  ]);
  const heights = unpackHeights(streams, packed.size);
  const series = Object.fromEntries(names.map((name, i) => [name, courses[i]]));
  const width = (packed.edges[1] - packed.edges[0]) / (bins - 2);
  const layer = { ...packed, heights, series, rowCount: rows, channels, bins, width };
  layer.ever = highest(layer);
  return layer;
}

/** The highest level of each side and channel over all snapshots, tails left out. */
function highest({ heights, rowCount, channels, bins }) {
  const ever = new Uint8Array(2 * channels);
  for (let row = 0; row < rowCount; row++) {
    for (let panel = 0; panel < 2 * channels; panel++) {
      const start = (row * 2 * channels + panel) * bins;
      for (let bin = 1; bin < bins - 1; bin++) {
        if (heights[start + bin] > ever[panel]) ever[panel] = heights[start + bin];
      }
    }
  }
  return ever.map((level) => level || 255);
}

/** One number of a layer; NaN where there is none. `side` is 0, 1, or null. */
function number(layer, name, row, side, channel) {
  const course = layer.series[name];
  const panel = side === null ? channel : side * layer.channels + channel;
  return course ? course[panel * layer.rowCount + row] : NaN;
}

/** The levels of one histogram, the first and the last of them beyond the edges. */
function histogram(layer, row, side, channel) {
  const start = ((row * 2 + side) * layer.channels + channel) * layer.bins;
  return layer.heights.subarray(start, start + layer.bins);
}

/** Where a value lies, in bins; bin 0 holds all that lies below the edges. */
const place = (layer, value) => (value - layer.edges[0]) / layer.width + 1;
