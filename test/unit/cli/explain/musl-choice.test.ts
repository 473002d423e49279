/** Which generation of musl `explain` plays, and why. */
import { describe, expect, test } from 'vitest';
import { muslOfPod } from '../../../../cli/explain/pod-source.ts';
import { muslOf } from '../../../../cli/models/alpine-releases.ts';
import { chooseMusl, muslTitle, shortMuslTitle } from '../../../../cli/models/musl-choice.ts';
import { present } from '../../../support/present.ts';

const chosen = (...texts: string[]) => chooseMusl(texts.map((text) => present(muslOf(text))));

describe('which musl is played', () => {
  test.each([
    [[], 'unknown', '1.2.0 1.2.3 1.2.4 1.2.6', 'musl 1.1.17 to 1.2.6 (Alpine 3.7 to 3.24)'],
    [['3.20'], 'known', '1.2.5', 'musl 1.2.5 (Alpine 3.20)'],
    [['1.2.5'], 'known', '1.2.5', 'musl 1.2.5'],
    [['3.21', '3.20'], 'known', '1.2.5', 'musl 1.2.5 (Alpine 3.20)'],
    [['3.22', '3.13'], 'range', '1.2.2 1.2.4 1.2.5', 'musl 1.2.2 to 1.2.5 (Alpine 3.13 to 3.22)'],
    [['3.12', '1.2.6'], 'range', '1.1.24 1.2.3 1.2.4 1.2.6', 'musl 1.1.24 to 1.2.6'],
  ])('%j', (texts, kind, versions, title) => {
    const choice = chosen(...texts);
    expect([choice.kind, choice.members.map(({ version }) => version).join(' ')]).toStrictEqual([kind, versions]);
    expect(muslTitle(choice.members, choice)).toBe(title);
  });

  test('a short title names Alpine where no release is known', () => {
    expect(shortMuslTitle(chosen().members.slice(1, 2), chosen())).toBe('Alpine 3.13 to 3.17');
    expect(shortMuslTitle(chosen('3.20').members, chosen('3.20'))).toBe('musl 1.2.5 (Alpine 3.20)');
  });
});

describe('what the images of a pod say', () => {
  test.each([
    [['alpine:3.20.3'], 'known', '1.2.5'],
    [['node:22-alpine3.18', 'debian:12'], 'known', '1.2.4'],
    [['registry.example:5000/a/nginx:1.27-alpine3.16-slim'], 'known', '1.2.3'],
    [['alpine:3.16', 'alpine:3.20'], 'range', '1.2.3 1.2.4 1.2.5'],
    [['alpine:3.20', 'node:22-alpine'], 'unknown', '1.2.0 1.2.3 1.2.4 1.2.6'],
    [['alpine:latest'], 'unknown', '1.2.0 1.2.3 1.2.4 1.2.6'],
    [['alpine/k8s:1.3.18'], 'unknown', '1.2.0 1.2.3 1.2.4 1.2.6'],
    [['debian:12'], 'unknown', '1.2.0 1.2.3 1.2.4 1.2.6'],
  ])('%j', (images, kind, versions) => {
    const pod = { spec: { containers: images.map((image, i) => ({ name: `c${i}`, image })) } };
    const choice = muslOfPod(pod, { alpineImages: [] });
    expect([choice.kind, choice.members.map(({ version }) => version).join(' ')]).toStrictEqual([kind, versions]);
  });
});
