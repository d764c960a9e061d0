// The behaviour of the NHS components (menu, error summary, password input); pages work without it.
import { initAll } from "./nhsuk-frontend.min.js";
import { tidy, unsent } from "./sealed.js";

initAll();
tidy();
for (const form of document.querySelectorAll("form[data-unsent]")) {
  form.addEventListener("submit", (event) => {
    if (unsent() && !confirm(form.dataset.unsent)) event.preventDefault();
  });
}
