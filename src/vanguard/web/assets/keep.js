// Keeps what is typed into a form while it is typed. What could not be sent stands in the page and is sent again.
const form = document.querySelector("form[data-kept]");
const says = document.getElementById("kept");
const SOON = 700;
const AGAIN = 3000;
let waiting = 0;
let asked = false;
let sent = typed();

function typed() {
  const all = new URLSearchParams(new FormData(form));
  all.set("kept", "yes");
  return all.toString();
}

function later(milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(keep, milliseconds);
}

async function keep() {
  const now = typed();
  if (asked || now === sent) return;
  asked = true;
  let words = says.dataset.alone;
  try {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await fetch(form.action, { method: "POST", body: now, headers, redirect: "manual" });
    if (answer.status === 204) {
      sent = now;
      words = says.dataset.kept;
    } else if (answer.status < 500) words = says.dataset.out;
  } catch {
    // No connection: what is said stays as above.
  }
  asked = false;
  if (says.textContent !== words) says.textContent = words;
  if (typed() !== sent) later(AGAIN);
}

form.addEventListener("input", () => later(SOON));
form.addEventListener("submit", () => {
  clearTimeout(waiting);
  sent = "left";
});
window.addEventListener("beforeunload", (event) => {
  if (sent !== "left" && typed() !== sent) event.preventDefault();
});
