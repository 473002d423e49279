/** What an event of Docker asks for: containers and networks are looked at anew, so that its own words need no trust. */
import { member, textOf, type Json } from './json.ts';

export interface EventDemand {
  /** Id of a container to look at. */
  readonly container: string | undefined;
  /** The networks of the machine are others. */
  readonly networks: boolean;
}

/**
 * | event | |
 * |---|---|
 * | of a container, but for those below | the container |
 * | `exec_…`, `attach`, `detach`, `top`, `resize`, `copy`, `export`, `commit`, `archive-path`, `extract-to-dir`, `create` | nothing |
 * | `health_status…` | the container, where health is asked for |
 * | `connect`, `disconnect` of a network | the container that it names; Podman has it in the place of the network |
 * | any other of a network | the networks |
 */
export function demandOf(event: Json, { healthRequired }: { readonly healthRequired: boolean }): EventDemand {
  const type = textOf(member(event, 'Type'));
  const action = textOf(member(event, 'Action')) || textOf(member(event, 'status'));
  const actor = textOf(member(event, 'Actor', 'ID')) || textOf(member(event, 'id'));
  if (type === 'network') {
    const isOfContainer = action === 'connect' || action === 'disconnect';
    const named = textOf(member(event, 'Actor', 'Attributes', 'container')) || actor;
    return { container: isOfContainer && named !== '' ? named : undefined, networks: !isOfContainer };
  }
  const isLookedAt = type === 'container' && actor !== '' && !isPassedOver(action, healthRequired);
  return { container: isLookedAt ? actor : undefined, networks: false };
}

function isPassedOver(action: string, healthRequired: boolean): boolean {
  if (action.startsWith('health_status')) return !healthRequired;
  return action.startsWith('exec_') || passedOver.has(action);
}

const passedOver: ReadonlySet<string> = new Set([
  ...['archive-path', 'attach', 'commit', 'copy', 'create', 'detach', 'export', 'extract-to-dir', 'resize', 'top'],
]);
