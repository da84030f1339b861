// Colours, ticks and lines: numbers made visible.

const VIRIDIS = [
  [68, 1, 84],
  [71, 45, 123],
  [59, 82, 139],
  [44, 114, 142],
  [33, 145, 140],
  [40, 174, 128],
  [94, 201, 98],
  [173, 220, 48],
  [253, 231, 37],
];

/** A colour of viridis for a number from 0 to 1. */
function viridis(share) {
  const at = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const under = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[under].map(
    (low, i) => low + (at - under) * (VIRIDIS[under + 1][i] - low),
  );
}

/** Round places for ticks on an axis. */
function ticks(low, high) {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const found = [];
  for (let n = Math.ceil(low / step); n * step <= high; n++) found.push(n * step);
  return found;
}

/** A value axis; what it says is said in words elsewhere too. */
function axis([low, high], values, text) {
  const marks = values.map((value) => {
    const style = `left:${(100 * (value - low)) / (high - low)}%`;
    return make("span", { style }, text(value));
  });
  return make("div", { class: "axis", "aria-hidden": "true" }, ...marks);
}

/** A course as a line through points, "x y"; it is broken where there is no number. */
function course(values, point) {
  let path = "";
  let pen = "M";
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return (pen = "M");
    path += `${pen}${point(value, i)}`;
    if (pen === "M") path += "h0"; // a point with no neighbour is to be seen too
    pen = "L";
  });
  return path;
}
