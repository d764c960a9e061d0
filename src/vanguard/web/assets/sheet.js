// What is typed at a person's side stays on this device until the service holds it: a sign-in that ended meanwhile, or
// a page that was closed, loses nothing.
import { placeOf } from "./sealed.js";

// Where the service has been told since by the same professional, it holds what is kept here.
async function held(form, place) {
  const kept = await place.read();
  if (kept && kept.told !== form.dataset.told) await place.change(() => null);
  return kept?.told === form.dataset.told ? kept.typed : null;
}

function typedInto(form) {
  return [...new FormData(form)].filter(([name]) => form.elements[name].type !== "hidden");
}

function fill(form, typed) {
  for (const field of form.elements) {
    const values = typed.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values.length) [field.value] = values;
  }
  const says = form.querySelector("[data-again]");
  says.textContent = says.dataset.again;
}

for (const form of document.querySelectorAll("form[data-sheet]")) {
  let touched = false;
  form.addEventListener("input", () => (touched = true), { once: true });
  const place = await placeOf(form);
  if (place) {
    const typed = await held(form, place);
    if (typed && !touched) fill(form, typed);
    const keep = () => place.change(() => ({ told: form.dataset.told, typed: typedInto(form) }));
    form.addEventListener("input", keep);
    if (touched) keep();
  }
}
