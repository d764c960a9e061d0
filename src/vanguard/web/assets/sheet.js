// What is typed at a person's side stays on this device until the service holds it: a sign-in that ended meanwhile, or
// a page that was closed, loses nothing.
const LONGEST = 24 * 60 * 60 * 1000;

function held(form) {
  try {
    const kept = JSON.parse(localStorage.getItem(form.dataset.sheet));
    // Where the service has been told since by the same professional, it holds what is kept here.
    const counts = kept?.told === form.dataset.told && Date.now() - kept.at < LONGEST;
    if (kept && !counts) localStorage.removeItem(form.dataset.sheet);
    return counts ? kept.typed : null;
  } catch {
    return null;
  }
}

function hold(form) {
  const typed = [...new FormData(form)].filter(([name]) => form.elements[name].type !== "hidden");
  try {
    localStorage.setItem(form.dataset.sheet, JSON.stringify({ told: form.dataset.told, at: Date.now(), typed }));
  } catch {
    // A device that keeps nothing: the page is as it was.
  }
}

for (const form of document.querySelectorAll("form[data-sheet]")) {
  const typed = held(form);
  for (const field of typed ? form.elements : []) {
    const values = typed.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values.length) [field.value] = values;
  }
  const says = form.querySelector("[data-again]");
  if (typed) says.textContent = says.dataset.again;
  form.addEventListener("input", () => hold(form));
}
