// The connection to the console: requests, and one stream of events that all tabs of a browser share.
//
// A browser opens only six connections to a host, and a stream keeps one. So one tab has the stream, the one that holds
// a lock, and passes events on to the others. When it is closed, another gets the lock and goes on after the last event.
import { byId } from "./parts.js";

/**
 * Where the token is kept that each request needs: unlike cookies, only pages of this port find it. It is good for one
 * process of the console.
 */
const KEPT = "flyte-page";

const invited = document.querySelector("meta[name=page-token]")?.getAttribute("content");
if (invited) {
  localStorage.setItem(KEPT, invited);
  // The token of the invitation leaves the address, and with it the history of the browser.
  history.replaceState(null, "", "/");
}

const page = () => localStorage.getItem(KEPT) ?? "";

/** An address with the token, for what sends no headers. @param {string} path */
export const keyed = path => path + (path.includes("?") ? "&" : "?") + "key=" + encodeURIComponent(page());

/**
 * What lets this page in after the console was started again, once that has proved that it is one of the same user. It
 * is in the memory of the page alone. @type {{ issued: number, token: string, proof: string } | null}
 */
let pass = null;

/** The id of the last event. */
let last = "";

/** What is shared by the tabs. @typedef {{ kind: string, data?: any, id?: string }} Shared */

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("flyte-console") : null;

/** What happens with each kind of event. @type {Record<string, (data: any) => void>} */
let takes = {};

/** Why the console refuses something. */
export class Refused extends Error {
  /** @param {string} message @param {number} status @param {Record<string, string>} inputs */
  constructor(message, status, inputs) {
    super(message);
    this.status = status;
    this.inputs = inputs;
  }
}

/** @param {string} path @param {unknown} [body] @param {string} [token] */
const sent = (path, body, token = page()) =>
  body === undefined
    ? fetch(path, { cache: "no-cache", headers: { "x-flyte-page": token } })
    : fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-flyte-page": token },
        body: JSON.stringify(body),
      });

/**
 * Asks the console for something, or, with a body, to do something. After it was started again it is asked again, but
 * does nothing that was meant for the console before: its gates are others.
 * @param {string} path
 * @param {unknown} [body]
 */
export async function asked(path, body) {
  let answer = await sent(path, body);
  if (answer.status == 401 && (await comeBack())) {
    if (body !== undefined) throw new Refused("the console was started again; do it again", 401, {});
    answer = await sent(path, body);
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Refused(told.error ?? `the console answers ${answer.status}`, answer.status, told.inputs ?? {});
  }
  return answer;
}

/** As `asked`, for JSON. @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export const ask = async (path, body) => (await asked(path, body)).json();

/** Lets this browser in again, after the console was started again; whether it does. */
async function comeBack() {
  if (!pass || !(await isProved(pass))) return false;
  const answer = await sent("/api/return", {}, pass.token);
  if (!answer.ok) return false;
  localStorage.setItem(KEPT, (await answer.json()).page);
  return true;
}

/**
 * Whether a console of this user answers. When it has ended, any program may listen at its port, also one of another
 * user; that does not know the proof, and is not shown the token.
 * @param {{ issued: number, proof: string }} pass
 */
async function isProved({ issued, proof }) {
  // Only pages of this machine and of TLS can check it.
  if (!globalThis.crypto?.subtle) return false;
  const nonce = [...crypto.getRandomValues(new Uint8Array(32))].map(byte => byte.toString(16).padStart(2, "0")).join("");
  const answer = await fetch(`/api/proof?issued=${issued}&nonce=${nonce}`, { cache: "no-store", credentials: "omit" });
  if (!answer.ok) return false;
  const told = await answer.json().catch(() => ({}));
  const kind = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(proof), kind, false, ["verify"]);
  return crypto.subtle.verify("HMAC", key, bytes(String(told.proof)), new TextEncoder().encode(nonce));
}

/** The bytes of hexadecimal digits. @param {string} digits */
const bytes = digits => new Uint8Array((digits.match(/../g) ?? []).map(two => parseInt(two, 16)));

/** @param {string} state */
function say(state) {
  const element = byId("connected");
  if (element.textContent != state) element.textContent = state;
  element.classList.toggle("bad", state != "live");
}

/** @param {Shared} shared */
function take({ kind, data, id }) {
  if (id) last = id;
  if (kind == "state") say(data);
  else if (kind == "hello") pass = data.pass;
  if (kind == "hello" && !data.fresh) return;
  takes[kind]?.(data);
}

/** Takes what this tab has got from the console, and passes it on. @param {Shared} shared */
function spread(shared) {
  channel?.postMessage(shared);
  take(shared);
}

/** @param {string} state */
const tellState = state => spread({ kind: "state", data: state });

/** How many milliseconds pass before a stream that has ended is opened again. */
const AGAIN = 500;

/** Opens the stream, and opens it again when it ends. Never ends itself. */
function stream() {
  const source = new EventSource(keyed("/api/events" + (last ? "?after=" + encodeURIComponent(last) : "")));
  for (const kind of ["hello", "run", "gone", "here"]) {
    source.addEventListener(kind, event => {
      const { data, lastEventId } = /** @type {MessageEvent} */ (event);
      if (kind == "hello") tellState("live");
      spread({ kind, data: JSON.parse(data), id: lastEventId });
    });
  }
  source.addEventListener("error", () => {
    tellState("no connection; it is tried again");
    // Not by the browser itself: what answers then has to be the console.
    source.close();
    setTimeout(open, AGAIN);
  });
}

async function open() {
  try {
    // Only a browser that was let in gets a stream.
    const answer = await sent("/api/here");
    if (answer.ok || (answer.status == 401 && (await comeBack()))) return stream();
    tellState("not let in; open the address that `ui` has printed");
  } catch {
    // The console is not there, and may be started again.
  }
  setTimeout(open, 1000);
}

/**
 * Listens to the console.
 * @param {Record<string, (data: any) => void>} by what to do with `run`, `gone`, `here`, and with `hello` when something
 * was missed
 */
export function listen(by) {
  takes = by;
  channel?.addEventListener("message", event => {
    const shared = /** @type {Shared} */ (event.data);
    if (shared.kind == "who") {
      if (leads) tellState(byId("connected").textContent ?? "");
    } else take(shared);
  });
  let leads = false;
  // Locks are for pages of this machine and of TLS; without them each tab has a stream.
  if (!channel || !navigator.locks) return void open();
  void navigator.locks.request("flyte-console", () => {
    leads = true;
    void open();
    return new Promise(() => {});
  });
  channel.postMessage({ kind: "who" });
}
