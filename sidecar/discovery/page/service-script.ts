/** Of the page's script: the list of services, its search and its keys. */
export const serviceScript = String.raw`
let services = [];
/** So many are shown; more on demand. */
const pageSize = 200;
let shown = pageSize;

function show(next) {
  services = next;
  draw();
}

function matching() {
  const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const source = byId('source').value;
  return services.filter((service) => {
    if (source === 'changed' ? !service.Overridden.length : source && service.Source !== source) return false;
    const text = [service.Id, service.Name, service.Image, service.Container, ...service.IPs, ...service.Aliases,
      ...service.Names.map((name) => name.Name)].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Those that stay are the same elements: what is open and what has the focus stays so. */
const drawn = new Map();

function draw() {
  const found = matching();
  const wanted = found.slice(0, shown).map((service) => {
    const key = JSON.stringify(service);
    const before = drawn.get(service.Id);
    if (before && before.key === key) return before.item;
    const item = serviceItem(service, before && before.item.firstChild.open);
    if (before && before.item.contains(document.activeElement)) queueMicrotask(() => item.querySelector('summary').focus());
    drawn.set(service.Id, { key, item });
    return item;
  });
  const ids = new Set(services.map((service) => service.Id));
  for (const id of drawn.keys()) if (!ids.has(id)) drawn.delete(id);
  const list = byId('services');
  const isSame = list.children.length === wanted.length && wanted.every((item, i) => list.children[i] === item);
  if (!isSame) {
    const focused = document.activeElement;
    list.replaceChildren(...wanted);
    if (focused && list.contains(focused)) focused.focus();
  }
  byId('more').hidden = found.length <= shown;
  byId('count').textContent = found.length === services.length ? services.length + ' services'
    : found.length + ' of ' + services.length + ' services';
}

const sources = { container: 'Docker', manual: 'by hand' };

function serviceItem(service, isOpen) {
  const title = service.Container || service.Name || service.Aliases[0] || service.Id;
  const summary = make('summary', '', make('strong', '', title), make('span', 'mono', service.IPs.join(' ') || 'no address'),
    make('span', 'mark dim', sources[service.Source]),
    service.Overridden.length ? make('span', 'mark good', 'changed: ' + service.Overridden.join(', ')) : undefined);
  const details = make('details', '', summary);
  const fill = () => {
    if (details.open && details.children.length === 1) details.append(inside(service));
  };
  details.addEventListener('toggle', fill);
  details.open = Boolean(isOpen);
  fill();
  return make('li', '', details);
}

function inside(service) {
  const facts = [['Name', service.Name], ['Image', service.Image], ['TTL', service.TTL < 0 ? 'that of the set' : service.TTL + ' s'],
    ['Project', service.Project && service.Project + ', service ' + service.Service],
    ['Networks', service.Networks.map((one) => one.Name + ' (' + one.IPs.join(' ') + ')').join(', ')],
    ['Since', new Date(service.StartedMs).toISOString()], ['Id', service.Id]];
  const list = make('dl', '', ...facts.filter(([, value]) => value).flatMap(([term, value]) =>
    [make('dt', '', term), make('dd', 'mono', value)]));
  const names = service.Names.map((name) => [lookUpButton(name.Name), name.From]);
  return make('div', 'inside', list, make('h3', '', 'Names'),
    names.length ? table(['Name', 'Where it comes from'], names) : make('p', 'dim', 'none'));
}

function lookUpButton(name) {
  const link = make('a', 'mono', name);
  link.href = '#ask';
  link.addEventListener('click', () => {
    byId('name').value = name;
    void lookUp();
  });
  return link;
}

byId('search').addEventListener('input', () => { shown = pageSize; draw(); });
byId('source').addEventListener('change', () => { shown = pageSize; draw(); });
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('more').addEventListener('click', () => { shown += pageSize; draw(); });

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId('main').hidden) return;
  const isTyping = /^(INPUT|SELECT)$/.test(event.target.tagName);
  const key = event.key;
  if (key === 'Escape' && isTyping) return event.target.blur();
  if (key === '/' && !isTyping) return focusOn('search', event);
  if (key === 'l' && !isTyping) return focusOn('name', event);
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return;
  if (isTyping && event.target.id !== 'search') return;
  const all = [...document.querySelectorAll('#services summary')];
  const at = all.indexOf(document.activeElement);
  const next = key === 'ArrowDown' ? all[at + 1] : at > 0 ? all[at - 1] : byId('search');
  if (!next || (at < 0 && key === 'ArrowUp')) return;
  event.preventDefault();
  next.focus();
});

function focusOn(id, event) {
  event.preventDefault();
  byId(id).focus();
  byId(id).select();
}
`;
