import { expect, test } from 'vitest';
import { isAlpineImage, splitReference } from '../../../webhook/image.ts';

test.each([
  'alpine',
  'alpine:3.22',
  'library/alpine',
  'docker.io/library/alpine:latest',
  'registry.example:5000/mirror/alpine@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  'node:22-alpine',
  'nginx:1.27-alpine3.20',
  'nginx:stable-alpine-slim',
  'python:3.13_alpine',
  'redis:alpine',
  'localhost:5000/team/app:1.0.alpine',
])('%s is Alpine', (reference) => {
  expect(isAlpineImage(reference)).toBe(true);
});

test.each([
  'company/alpinetour:1',
  'company/alpine/app:1',
  'alpine.example/team/app:1',
  'alpine.example:5000/app',
  'app:not-alpinelike',
  'app:1-alpinebits2',
  'debian:13',
  'registry.example/app@sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  '',
])('%s is not', (reference) => {
  expect(isAlpineImage(reference)).toBe(false);
});

test('the port of a registry is no tag', () => {
  expect(splitReference('registry:5000/app')).toEqual({ repository: 'registry:5000/app', tag: '' });
  expect(splitReference('registry:5000/app:1@sha256:ab')).toEqual({ repository: 'registry:5000/app', tag: '1' });
});
