// Says beside each slider where it stands while it is moved; without this the page says it once it was sent.
for (const slider of document.querySelectorAll("input.vg-range")) {
  const said = document.querySelector(`output[for="${slider.id}"]`);
  slider.addEventListener("input", () => {
    said.value = Number(slider.value).toLocaleString("en-GB");
  });
}
