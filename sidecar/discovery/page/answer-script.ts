/** Of the page's script: the box that looks a name up, and the record of the lookup. */
export const answerScript = String.raw`
let asked = 0;

async function lookUp(event) {
  if (event) event.preventDefault();
  const mine = ++asked;
  const query = new URLSearchParams({ name: byId('name').value.trim(), type: byId('type').value });
  const client = byId('client').value.trim();
  if (client) query.set('client', client);
  byId('answer').replaceChildren(make('p', 'dim', 'asking …'));
  let told;
  try {
    told = answerBox(await (await ask('/lookup?' + query)).json());
  } catch (error) {
    if (error.status === 401) return leave('The token is no longer the right one.');
    told = make('div', 'bad', make('strong', 'bad', error.message));
  }
  // Only the answer to what was asked last is shown.
  if (mine === asked) byId('answer').replaceChildren(told);
}

function answerBox(answer) {
  const { Name, Type, Rcode, Answers, Matches, Milliseconds, Record } = answer;
  const isFound = Rcode === 'NOERROR' && Answers.length > 0;
  const end = Rcode === 'NOERROR' && !isFound ? 'NOERROR, no data' : Rcode;
  const box = make('div', isFound ? 'good' : 'bad',
    make('p', '', make('strong', 'mono', Name + ' ' + Type), ' · ', make('strong', isFound ? 'good' : 'bad', end), ' · ' + Milliseconds.toFixed(1) + ' ms'));
  if (Answers.length) box.append(table(['Name', 'Type', 'TTL', 'Data'], Answers.map((one) => [one.Name, one.Type, one.TTL, one.Data])));
  box.append(make('h3', '', 'Where it comes from'));
  if (Matches.length) box.append(table(['Service', 'Name', 'Form'], Matches.map((one) => [titleOf(one.Id), one.Name, one.From])));
  else if (Record.isFromHosts) box.append(make('p', '', 'the hosts files'));
  else if (Record.candidates.length) box.append(record(Record));
  else box.append(make('p', '', 'No service has this name, and no nameserver was asked.'));
  return box;
}

function titleOf(id) {
  const service = services.find((one) => one.Id === id);
  return (service && (service.Container || service.Name)) || id.slice(0, 12);
}

/** The record of the lookup: each candidate, and what its servers were asked and said. */
function record({ candidates }) {
  const rows = candidates.flatMap((candidate) => [
    [ms(candidate.startMs), make('strong', '', candidate.name), '', candidate.conclusion],
    ...candidate.steps.map((step) => [ms(step.atMs), '', server(step), said(step)]),
  ]);
  return table(['Time', 'Asked for', 'Server', 'What came of it'], rows);
}

const ms = (time) => time.toFixed(1) + ' ms';
const server = (step) => step.server ? step.server.address + ':' + step.server.port + ' ' + (step.transport || '') : '';
const rcodes = { 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED' };
const types = { 1: 'A', 2: 'NS', 5: 'CNAME', 6: 'SOA', 12: 'PTR', 15: 'MX', 16: 'TXT', 28: 'AAAA', 33: 'SRV', 255: 'ANY' };

function said(step) {
  const type = types[step.type] || '';
  if (step.kind === 'query') return 'asked ' + type;
  if (step.kind === 'silence') return 'no reply in ' + ms(step.waitedMs);
  if (step.kind === 'failure') return step.code;
  const { kind, rcode, addresses } = step.reply;
  return type + ': ' + (addresses.length ? addresses.join(' ') : kind === 'error' ? rcodes[rcode] || 'rcode ' + rcode : kind) + (step.use === 'taken' ? '' : ' (' + step.use + ')');
}

byId('lookup').addEventListener('submit', lookUp);
`;
