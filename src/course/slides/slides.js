// Fits what stands on each slide to it, then hands the deck to reveal.js.

const SMALLEST = 0.6; // of the usual type; a test sees that no slide needs less
const MARGIN = { right: 40, bottom: 32 }; // pixels that stay free

function tooBig(page) {
  const { right, bottom } = page.getBoundingClientRect();
  const reach = (selector, side) =>
    Math.max(
      0,
      ...[...page.querySelectorAll(selector)].map((x) => x.getBoundingClientRect()[side]),
    );
  return (
    reach(":scope > *", "bottom") > bottom - MARGIN.bottom + 1 ||
    reach("table, svg, img", "right") > right - MARGIN.right + 1 ||
    page.scrollWidth > page.clientWidth + 1 ||
    [...page.querySelectorAll("pre")].some((pre) => pre.scrollWidth > pre.clientWidth + 1)
  );
}

function fit(page) {
  for (let size = 100; size >= 100 * SMALLEST; size -= 4) {
    page.style.setProperty("--fit", size / 100);
    if (!tooBig(page)) return;
  }
  page.classList.add("too-big");
}

document.documentElement.classList.add("measuring"); // every slide is laid out
document.querySelectorAll(".page").forEach(fit);
document.documentElement.classList.remove("measuring");

Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  minScale: 0.1,
  maxScale: 4,
  center: false,
  hash: true,
  navigationMode: "linear",
  slideNumber: "c/t",
  transition: "none",
  backgroundTransition: "none",
  pdfMaxPagesPerSlide: 1,
  pdfSeparateFragments: false,
  plugins: [RevealNotes],
});
