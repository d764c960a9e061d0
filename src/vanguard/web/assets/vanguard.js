// The behaviour of the NHS components (menu, error summary, password input); pages work without it.
import { initAll } from "./nhsuk-frontend.min.js";

initAll();
