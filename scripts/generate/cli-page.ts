/** Generates docs/cli.md from the descriptions of the commands. */
import { injectCommand, uninjectCommand } from '../../cli/inject/options.ts';
import { commandHelp, type CommandDescription } from '../../cli/terminal/command-help.ts';
import { exitCodeMeanings, exitCodes, type ExitCode } from '../../cli/terminal/exit-codes.ts';
import { generatedFrom, table } from './markdown.ts';

/** docs/cli.md */
export function cliPage(): string {
  const codes = (Object.keys(exitCodes) as ExitCode[]).map((end) => [String(exitCodes[end]), exitCodeMeanings[end]]);
  return `${generatedFrom('cli/inject/options.ts')}
# The command line

\`dist/cli.cjs\`, which \`npm run build\` makes, runs wherever Node.js 24 does, without packages and without a cluster. It never
changes a cluster. \`demo\` is what \`npm start\` runs, and needs the bundles beside it.

Results go to standard output and everything that is said about them to standard error, so that a pipe gets manifests alone.
Colours are left out where the output is no terminal or \`NO_COLOR\` is set. No control character of a name, a label or a
manifest reaches a terminal. Errors name the file, the line and the column.

${table(['Exit code', 'Means'], codes)}

## inject

${helpBlock(injectCommand)}
The verdict is that of the webhook, by the same code: [which pods are injected](injection.md). What it cannot know without a
cluster it says at the end. Whatever is applied later in a namespace that has opted in passes the webhook once more: where the
cluster is as it was assumed, that pass changes nothing but the time in the status annotation, else it writes its own nameservers
and image.

Only what changes is written. Every other byte stays: comments, anchors, indentation, line ends, a byte order mark, JSON. What is
new stands behind the last member of its object, in the form that stands around it. An alias whose anchor says something else
afterwards is written out, and told. What cannot be changed without writing a document anew is refused with its place, and
nothing is printed. Injected twice is injected once.

In a custom resource every object below the top whose \`spec\` has a list of containers counts as a pod template. Whether its
operator takes over init containers and annotations is for you to know.

Several files, or a folder, come out as one stream of documents; a single one comes out as it is.

## uninject

${helpBlock(uninjectCommand)}
What \`inject\` made of a manifest becomes the manifest again, byte for byte, but for what the pod no longer holds: comments and
forms of entries that our values replaced in the pod's own \`dnsConfig\`, an alias that was written out, an object or list that was
null, and in JSON or inside other brackets one that was empty. \`inject\` names the line where such a part begins; its data come
back all the same. Only an empty \`ALPINE_NO_RESOLVER\` of the user, and all but the last of several port sysctls, are noted nowhere;
\`inject\` says so, too.
`;
}

function helpBlock(command: CommandDescription): string {
  const columns = 100;
  return `\`\`\`\n${commandHelp(command, columns)}\`\`\`\n`;
}
