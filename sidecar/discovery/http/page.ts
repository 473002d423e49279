/** The parts of the web page. They hold no data: what they show they ask for with the token that the reader gives. */
import { pageScript } from '../page/script.ts';
import { pageStyle } from '../page/style.ts';
import { pageText } from '../page/text.ts';
import type { ApiResponse } from '../api/message.ts';
import type { PagePath } from '../api/routes.ts';

export function pageResponse(path: PagePath): ApiResponse {
  const [type, body] = parts[path];
  return { status: 200, headers: { 'content-type': type }, body };
}

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#2f6feb" d="M1 13 6 4l3 5 2-3 4 7z"/></svg>';

const parts: Readonly<Record<PagePath, readonly [type: string, body: string]>> = {
  '/': ['text/html; charset=utf-8', pageText],
  '/page.css': ['text/css; charset=utf-8', pageStyle],
  '/page.js': ['text/javascript; charset=utf-8', pageScript],
  '/icon.svg': ['image/svg+xml', icon],
};
