/** Of the page's script: the token, requests, and the stream of events. */
export const connectionScript = String.raw`
let token = '';
let tag = '';
/** Ends the stream of a token that is forgotten. */
let stopStream = new AbortController();

async function ask(path, headers = {}, signal = undefined) {
  const response = await fetch(path, { headers: { ...headers, authorization: 'Bearer ' + token }, signal });
  if (response.ok || response.status === 304) return response;
  const told = await response.json().catch(() => ({}));
  throw Object.assign(new Error(told.message || 'HTTP ' + response.status), { status: response.status });
}

async function refresh() {
  const response = await ask('/services', tag ? { 'if-none-match': tag } : {});
  if (response.status === 304) return;
  const services = await response.json();
  tag = response.headers.get('etag') || '';
  show(Object.values(services));
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads the stream for as long as the token is kept, and opens it again where it ends. */
async function follow() {
  const { signal } = stopStream;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const { body } = await ask('/events', {}, signal);
      failures = 0;
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        state('live', 'good');
        if (!part.value.includes('event:')) continue;
        await refresh();
        // A crowd of changes is shown once in a while.
        await pause(300);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 401) return leave('The token is no longer the right one.');
    }
    state('not connected; what is shown may be old', 'bad');
    await pause(Math.min(10000, 500 * 2 ** failures));
  }
}

function state(text, className) {
  byId('live').textContent = text;
  byId('live').className = className;
}

async function enter(event) {
  event.preventDefault();
  token = byId('token').value.trim();
  byId('refused').textContent = '';
  try {
    if (!/^[!-~]+$/.test(token)) throw new Error('a token has no blanks, and no letters beyond ASCII');
    await refresh();
  } catch (error) {
    token = '';
    byId('refused').textContent = error.message;
    return;
  }
  byId('token').value = '';
  byId('enter').hidden = true;
  byId('main').hidden = byId('leave').hidden = false;
  byId('search').focus();
  stopStream = new AbortController();
  void follow();
}

function leave(why = '') {
  stopStream.abort();
  token = tag = '';
  show([]);
  byId('answer').replaceChildren();
  byId('main').hidden = byId('leave').hidden = true;
  byId('enter').hidden = false;
  byId('refused').textContent = why;
  state('not connected', 'dim');
  byId('token').focus();
}

byId('enter').addEventListener('submit', enter);
byId('leave').addEventListener('click', () => leave());
`;
