/** The files and folders that the configuration comes from, and which of them changed. */
import type { WatchedFileName } from '../../shared/report/metric-table.ts';
import type { SidecarSettings } from '../../shared/settings/settings.ts';
import type { HostsFile } from '../decide/configuration/configuration.ts';
import { watchFile, type WatchedFile } from './watched-file.ts';
import { watchFolder } from './watched-folder.ts';

export interface ConfigurationFiles {
  /** Undefined: it cannot be read, or none is set. */
  text(name: SingleFileName): string | undefined;
  hosts(): readonly HostsFile[];
  /** Looks at all of them. */
  poll(): FileChange[];
  /** Looks at the file that the containers see, and nothing else. */
  checkPodResolvConf(): FileChange[];
}

export interface FileChange {
  readonly file: WatchedFileName;
  readonly path: string;
  /** The variable that names it. */
  readonly setting: string;
  /** Why it cannot be read, or not in full. */
  readonly problem: string | undefined;
}

type SingleFileName = Exclude<WatchedFileName, 'hosts'>;

interface NamedFile {
  readonly name: WatchedFileName;
  readonly setting: string;
  readonly file: WatchedFile;
}

/** A kubelet writes at most 256 KiB of annotations (apimachinery TotalAnnotationSizeLimitB). */
const maxConfigurationBytes = 1024 * 1024;

/** Of a file, and of all in a folder: more lines than fit into the table of names, which has a budget of its own. */
const maxHostsBytes = 1024 * 1024;

/** Reads everything once before it returns; `problems` of that reading. `now`: monotonic, in milliseconds. */
export function openConfigurationFiles(
  settings: SidecarSettings,
  now: () => number,
): { readonly files: ConfigurationFiles; readonly problems: readonly FileChange[] } {
  const files = openFiles(settings);
  const folder =
    settings.hostsFolder === undefined
      ? undefined
      : watchFolder(settings.hostsFolder, { maxBytes: maxHostsBytes, now });
  const folderChanges = (): FileChange[] =>
    (folder?.poll() ?? []).map((change) => ({ file: 'hosts', setting: 'RESOLVER_HOSTS_FOLDER', ...change }));
  const changesOf = (changed: readonly NamedFile[]): FileChange[] =>
    changed.map(({ name, setting, file: { path, problem } }) => ({ file: name, path, setting, problem }));
  const problems = [...changesOf(files), ...folderChanges()].filter(({ problem }) => problem !== undefined);
  const opened: ConfigurationFiles = {
    text: (name) => files.find((file) => file.name === name)?.file.text,
    hosts: () => [
      ...files.filter(({ name }) => name === 'hosts').map(({ file: { path, text } }) => ({ path, text })),
      ...(folder?.sources ?? []),
    ],
    // Every file is looked at, whatever the others say.
    poll: () => [...changesOf(files.filter(({ file }) => file.poll())), ...folderChanges()],
    checkPodResolvConf: () => changesOf(files.filter(({ name, file }) => name === 'pod-resolv-conf' && file.check())),
  };
  return { files: opened, problems };
}

function openFiles(settings: SidecarSettings): readonly NamedFile[] {
  const { resolvConf, podResolvConf, hostsFile, annotationsFile, stubZonesFile } = settings;
  const configuration = { maxBytes: maxConfigurationBytes };
  const open = (name: WatchedFileName, setting: string, paths: readonly (string | undefined)[]): NamedFile[] =>
    paths.flatMap((path) => {
      const bounds = name === 'hosts' ? { maxBytes: maxHostsBytes } : configuration;
      return path === undefined ? [] : [{ name, setting, file: watchFile(path, bounds) }];
    });
  return [
    ...open('resolv-conf', 'RESOLVER_RESOLV_CONF', [resolvConf]),
    ...open('pod-resolv-conf', 'RESOLVER_POD_RESOLV_CONF', [podResolvConf]),
    ...open('hosts', 'RESOLVER_HOSTS_FILE', hostsFile),
    ...open('annotations', 'RESOLVER_ANNOTATIONS_FILE', [annotationsFile]),
    ...open('stub-zones', 'RESOLVER_STUB_ZONES_FILE', [stubZonesFile]),
  ];
}
