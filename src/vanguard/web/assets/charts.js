// Draws each description of a chart into the element before it: as wide as that, without eval and without a style sheet
// of its own, which the page's policy would refuse.
for (const text of document.querySelectorAll("script.vg-spec")) {
  const holder = text.previousElementSibling;
  const spec = JSON.parse(text.textContent);
  spec.width = Math.min(spec.width * 1.6, holder.clientWidth);
  await vegaEmbed(holder, spec, { actions: false, renderer: "svg", ast: true, defaultStyle: false, tooltip: false });
}
document.documentElement.dataset.drawn = "yes";
