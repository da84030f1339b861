// Fits what stands on each slide to it, then hands the deck to reveal.js.

const SMALLEST = 0.6; // of the usual type; a test sees that no slide needs less

function tooBig(page) {
  return (
    page.scrollHeight > page.clientHeight + 1 || page.scrollWidth > page.clientWidth + 1
  );
}

function fit(page) {
  for (let size = 1; size >= SMALLEST; size -= 0.04) {
    page.style.setProperty("--fit", size.toFixed(2));
    if (!tooBig(page)) return;
  }
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
