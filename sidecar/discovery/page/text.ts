/** The web page's HTML. Its script fills it; without one it says what else there is. */
import { lookupTypes } from '../api/lookup.ts';

export const pageText = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Services · alpine-resolver</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<a class="skip" href="#services">To the services</a>
<header>
<h1>Services</h1>
<p id="live" role="status" class="dim">not connected</p>
<button id="leave" type="button" hidden>Forget the token</button>
</header>
<noscript><p>This page needs its script. <code>curl -H "Authorization: Bearer …" …/services</code> shows the same.</p></noscript>
<form id="enter" autocomplete="off">
<label for="token">Token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" required>
<button>Show</button>
<p class="dim">What the file of <code>RESOLVER_API_TOKEN_FILE</code> holds. It stays in this page's memory, until the page is left or loaded again.</p>
<p id="refused" role="alert" class="bad"></p>
</form>
<main id="main" hidden>
<section aria-labelledby="ask">
<h2 id="ask">Look up</h2>
<form id="lookup" autocomplete="off">
<label>Name <input id="name" spellcheck="false" autocapitalize="off" required></label>
<label>Type <select id="type">${lookupTypes.map((type) => `<option>${type}</option>`).join('')}</select></label>
<label>Seen from <input id="client" spellcheck="false" placeholder="127.0.0.1" size="14"></label>
<button>Look up</button>
</form>
<div id="answer" aria-live="polite"></div>
</section>
<section aria-labelledby="list">
<h2 id="list">All services</h2>
<form id="filter">
<label>Search <input id="search" type="search" spellcheck="false" placeholder="name, image, address, alias"></label>
<label>From <select id="source"><option value="">everywhere</option><option value="container">Docker</option>
<option value="manual">made by hand</option><option value="changed">changed by hand</option></select></label>
<output id="count" class="dim"></output>
</form>
<p class="dim"><kbd>/</kbd> search · <kbd>l</kbd> look up · <kbd>↑</kbd> <kbd>↓</kbd> from service to service · <kbd>Enter</kbd> its names</p>
<ul id="services"></ul>
<button id="more" type="button" hidden>Show more</button>
</section>
</main>
</body>
</html>
`;
