// Runs before the page is drawn, so that parts that need JavaScript never flash in their other form.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("nhsuk-frontend-supported");
