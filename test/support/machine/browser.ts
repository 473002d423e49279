/** A headless browser, driven through its debugging protocol over the WebSocket of Node.js. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';

export const browserCommand = 'chromium-headless-shell';

export interface BrowserPage {
  open(url: string): Promise<void>;
  /** The value of an expression, as JSON has it. */
  read<Value>(expression: string): Promise<Value>;
  press(key: string): Promise<void>;
  /** Into what has the focus. */
  type(text: string): Promise<void>;
  /** Settled when the expression is true. */
  until(expression: string): Promise<void>;
  setWidth(pixels: number): Promise<void>;
  setColours(scheme: 'light' | 'dark'): Promise<void>;
  screenshot(): Promise<Buffer>;
  /** Of every request since the beginning. */
  readonly requests: readonly string[];
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

const pollMs = 20;

/** Of the keys that do something in a page. */
const keyCodes: Readonly<Record<string, number>> = {
  ...{ Tab: 9, Enter: 13, Escape: 27, ' ': 32 },
  ...{ ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40 },
};

export async function startBrowser(stack: AsyncDisposableStack): Promise<BrowserPage> {
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const flags = ['--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}`, '--remote-debugging-port=0'];
  const child = spawn(browserCommand, [...flags, '--window-size=1200,900', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  stack.defer(() => void child.kill('SIGKILL'));
  const socket = new WebSocket(await debuggerAddress(child.stderr));
  await once(socket, 'open');
  // Its helper processes end with it, where it ends by itself.
  stack.defer(async () => {
    socket.send(JSON.stringify({ id: 0, method: 'Browser.close' }));
    await ended;
  });
  return pageOf(socket);
}

async function debuggerAddress(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, address] = /DevTools listening on (ws:\S+)/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('the browser did not start');
}

async function pageOf(socket: WebSocket): Promise<BrowserPage> {
  const waiting = new Map<number, (message: Message) => void>();
  const requests: string[] = [];
  let loaded = (): void => {};
  let ids = 0;
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.id !== undefined) return waiting.get(message.id)?.(message);
    const { method, params = {} } = message;
    if (method === 'Page.loadEventFired') loaded();
    if (method === 'Network.requestWillBeSent') requests.push((params['request'] as { url: string }).url);
  });
  const call = (method: string, params: object = {}, sessionId?: string): Promise<NonNullable<Message['result']>> =>
    new Promise((resolve, reject) => {
      const id = ++ids;
      waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result ?? {}) : reject(new Error(`${method}: ${error.message}`)),
      );
      socket.send(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }));
    });
  const { targetId } = await call('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
  const inPage = (method: string, params: object = {}) => call(method, params, sessionId as string);
  await inPage('Page.enable');
  await inPage('Network.enable');
  async function read<Value>(expression: string): Promise<Value> {
    const { result, exceptionDetails } = await inPage('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: Value }).value;
  }
  return {
    requests,
    read,
    async until(expression) {
      while (!(await read<boolean>(expression))) await setTimeout(pollMs);
    },
    async type(text) {
      await inPage('Input.insertText', { text });
    },
    async setWidth(width) {
      const screen = { width, height: 900, deviceScaleFactor: 1, mobile: false };
      await inPage('Emulation.setDeviceMetricsOverride', screen);
    },
    async open(url) {
      const isLoaded = new Promise<void>((resolve) => {
        loaded = resolve;
      });
      await inPage('Page.navigate', { url });
      await isLoaded;
    },
    async press(key) {
      const code = { key, code: key === ' ' ? 'Space' : key, windowsVirtualKeyCode: keyCodes[key] ?? 0 };
      const text = key === 'Enter' ? { text: '\r' } : key.length === 1 ? { text: key } : {};
      await inPage('Input.dispatchKeyEvent', { type: 'keyDown', ...code, ...text });
      await inPage('Input.dispatchKeyEvent', { type: 'keyUp', ...code });
    },
    async setColours(scheme) {
      await inPage('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    },
    async screenshot() {
      const { data } = await inPage('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true });
      return Buffer.from(data as string, 'base64');
    },
  };
}
