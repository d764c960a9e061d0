// A note written where there is no signal: kept on this telephone until the service has said that it holds it.
import { placeOf } from "./sealed.js";

const form = document.querySelector("form[data-note]");
const says = document.getElementById("note-says");
const words = form.elements.words;
const AGAIN = 3000;
const place = await placeOf(form);
let asked = false;

function kept(all) {
  return all ?? { waiting: [] };
}

function orNothing(all) {
  return all.waiting.length || all.typed ? all : null;
}

function tell(text) {
  if (says.textContent !== text) says.textContent = text;
}

async function held() {
  return kept(await place?.read());
}

async function send() {
  if (asked) return;
  asked = true;
  const [first] = (await held()).waiting;
  const again = first ? await sent(first) : false;
  asked = false;
  if (again && (await held()).waiting.length) setTimeout(send, AGAIN);
}

async function sent(first) {
  const body = new URLSearchParams({
    csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
    key: first.key,
    words: first.words,
    ago: String(Math.max(0, Math.round((Date.now() - first.at) / 1000))),
    itself: "yes",
  });
  try {
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    if (answer.status === 204) {
      let left = [];
      await place.change((all) => {
        left = kept(all).waiting.filter((one) => one.key !== first.key);
        return orNothing({ ...all, waiting: left });
      });
      if (!left.length) {
        tell(says.dataset.sent);
        if (!words.value) location.reload();
      }
      return true;
    }
    const later = answer.status >= 500;
    tell(answer.status === 400 ? await answer.text() : later ? says.dataset.waits : says.dataset.out);
    return later;
  } catch {
    tell(says.dataset.waits);
    return true;
  }
}

words.addEventListener("input", async () => {
  const there = await place?.change((all) => orNothing({ ...kept(all), typed: words.value }));
  tell(there ? says.dataset.kept : says.dataset.full);
});
form.addEventListener("submit", async (event) => {
  if (!words.value.trim() || !place) return;
  event.preventDefault();
  const one = { key: form.elements.key.value, words: words.value, at: Date.now() };
  const there = await place.change((all) => ({ waiting: [...kept(all).waiting, one] }));
  // Where nothing can be kept, the form goes as forms go.
  if (!there) {
    form.submit();
    return;
  }
  form.elements.key.value = crypto.randomUUID();
  words.value = "";
  tell(says.dataset.waits);
  send();
});
window.addEventListener("online", send);

const before = await held();
if (before.typed && !words.value) words.value = before.typed;
if (before.waiting.length) tell(says.dataset.waits);
send();
