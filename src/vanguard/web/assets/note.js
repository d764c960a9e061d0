// A note written where there is no signal: kept on this telephone until the service has said that it holds it.
const form = document.querySelector("form[data-note]");
const says = document.getElementById("note-says");
const words = form.elements.words;
const place = form.dataset.note;
const AGAIN = 3000;
let asked = false;

function held() {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? { waiting: [] };
  } catch {
    return { waiting: [] };
  }
}

function hold(all) {
  try {
    if (all.waiting.length || all.typed) localStorage.setItem(place, JSON.stringify(all));
    else localStorage.removeItem(place);
    return true;
  } catch {
    return false;
  }
}

function tell(text) {
  if (says.textContent !== text) says.textContent = text;
}

async function send() {
  const { waiting } = held();
  if (asked || !waiting.length) return;
  asked = true;
  const [first] = waiting;
  const body = new URLSearchParams({
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    key: first.key,
    words: first.words,
    ago: String(Math.max(0, Math.round((Date.now() - first.at) / 1000))),
    itself: "yes",
  });
  let again = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.status === 204) {
      const all = held();
      all.waiting = all.waiting.filter((one) => one.key !== first.key);
      hold(all);
      if (!all.waiting.length) {
        tell(says.dataset.sent);
        if (!words.value) location.reload();
      }
    } else {
      again = answer.status >= 500;
      tell(answer.status === 400 ? await answer.text() : again ? says.dataset.waits : says.dataset.out);
    }
  } catch {
    tell(says.dataset.waits);
  }
  asked = false;
  if (again && held().waiting.length) setTimeout(send, AGAIN);
}

const before = held();
if (before.typed) words.value = before.typed;
if (before.waiting.length) tell(says.dataset.waits);

words.addEventListener("input", () => {
  const all = held();
  all.typed = words.value;
  tell(hold(all) ? says.dataset.kept : says.dataset.full);
});
form.addEventListener("submit", (event) => {
  if (!words.value.trim()) return;
  const all = held();
  all.waiting.push({ key: form.elements.key.value, words: words.value, at: Date.now() });
  delete all.typed;
  // Where nothing can be kept, the form goes as forms go.
  if (!hold(all)) return;
  event.preventDefault();
  form.elements.key.value = crypto.randomUUID?.() ?? form.elements.key.value;
  words.value = "";
  tell(says.dataset.waits);
  send();
});
window.addEventListener("online", send);
send();
