// What waits on this device until the service holds it: sealed with a key that the service gives to the page of whoever
// is signed in, and that stays in the page. Without a sign-in it is noise; signing out removes it, and so does time.
const DAY = 24 * 60 * 60 * 1000;
const NAME = /^(note|sheet)-[0-9a-f]{24}$/;

function bytes(text) {
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}

function text(some) {
  return btoa(String.fromCharCode(...new Uint8Array(some)));
}

// Removes what nobody came back for, and whatever is none of ours.
export function tidy(now = Date.now()) {
  try {
    for (const name of Object.keys(localStorage)) {
      const until = Number(localStorage.getItem(name)?.split(".")[0]);
      if (!NAME.test(name) || !(until > now)) localStorage.removeItem(name);
    }
  } catch {
    // A device that keeps nothing has nothing to remove.
  }
}

// Whether a note waits here that signing out would remove.
export function unsent() {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith("note-"));
  } catch {
    return false;
  }
}

// The form's own place on this device, or null where nothing can be kept safely. The key leaves the page's text.
export async function placeOf(form) {
  const { lock, waits, days } = form.dataset;
  delete form.dataset.lock;
  try {
    const raw = Uint8Array.from(lock.match(/../g), (one) => parseInt(one, 16));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    return new Place(waits, Number(days) * DAY, key);
  } catch {
    return null;
  }
}

class Place {
  constructor(name, longest, key) {
    Object.assign(this, { name, longest, key });
  }

  // What is kept; null for nothing, for what is too old, and for what another key sealed.
  async read() {
    try {
      const [until, iv, sealed] = localStorage.getItem(this.name).split(".");
      const plain = await crypto.subtle.decrypt(this.#how(until, bytes(iv)), this.key, bytes(sealed));
      return Number(until) > Date.now() ? JSON.parse(new TextDecoder().decode(plain)) : null;
    } catch {
      return null;
    }
  }

  // Keeps what `make` makes of what was kept, nothing for null; other pages of the same form wait. False if it cannot.
  async change(make) {
    try {
      return await navigator.locks.request(this.name, async () => {
        const next = make(await this.read());
        if (next === null) localStorage.removeItem(this.name);
        else {
          const until = String(Date.now() + this.longest);
          const iv = crypto.getRandomValues(new Uint8Array(12));
          const plain = new TextEncoder().encode(JSON.stringify(next));
          const sealed = await crypto.subtle.encrypt(this.#how(until, iv), this.key, plain);
          localStorage.setItem(this.name, [until, text(iv), text(sealed)].join("."));
        }
        return true;
      });
    } catch {
      return false;
    }
  }

  #how(until, iv) {
    return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(`${this.name} ${until}`) };
  }
}
