/** Which images are Alpine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { imagePatterns } from '../../../../../shared/values/kubernetes-kinds.ts';
import {
  isAlpineImage,
  isImageNamed,
  readImagePattern,
  splitReference,
} from '../../../../../webhook/injection/facts/image.ts';
import { contextOf } from '../../../../support/kubernetes/golden-cases.ts';

const digest = 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';

describe('well-known images that say Alpine', () => {
  test.each([
    ...['alpine', 'alpine:3.22', 'alpine:edge', 'library/alpine', 'docker.io/library/alpine:latest'],
    ...['public.ecr.aws/docker/library/alpine:3.20', 'mcr.microsoft.com/mirror/docker/library/alpine:3.16'],
    ...[
      'alpine/k8s:1.31.0',
      'alpine/git',
      'alpine/helm:3.16.2',
      'alpine/curl:8.10.1',
      'docker.io/alpine/socat:1.8.0.0',
    ],
    ...['alpinelinux/docker-cli', 'alpinelinux/ansible:latest', 'registry.gitlab.com/alpinelinux/infra/docker/exim'],
    ...['node:22-alpine', 'node:22-alpine3.20', 'node:lts-alpine', 'node:current-alpine3.21', 'nginx:1.27-alpine3.20'],
    ...['nginx:stable-alpine-slim', 'nginx:mainline-alpine-perl', 'nginxinc/nginx-unprivileged:1.27-alpine'],
    ...['python:3.13-alpine', 'python:3.13_alpine', 'ruby:3.3-alpine3.20', 'php:8.3-fpm-alpine', 'golang:1.23-alpine'],
    ...['rust:1.82-alpine', 'redis:7.4-alpine', 'redis:alpine', 'postgres:16-alpine', 'memcached:1.6-alpine'],
    ...['rabbitmq:4-management-alpine', 'haproxy:3.0-alpine', 'httpd:2.4-alpine', 'tomcat:10-jre21-temurin-alpine'],
    ...['eclipse-temurin:21-jre-alpine', 'amazoncorretto:21-alpine-jdk', 'bellsoft/liberica-openjre-alpine:21'],
    ...['bellsoft/liberica-runtime-container:jre-21-musl', 'azul/zulu-openjdk-alpine:21-jre', 'openjdk:22-jdk-alpine'],
    ...['gradle:8-jdk21-alpine', 'maven:3-eclipse-temurin-21-alpine', 'mcr.microsoft.com/dotnet/aspnet:8.0-alpine'],
    ...['mcr.microsoft.com/dotnet/runtime:9.0-alpine3.20-amd64', 'influxdb:2-alpine', 'telegraf:1.32-alpine'],
    ...['nats:2.10-alpine', 'nats:alpine3.20', 'mongo-express:1-20-alpine3.19', 'wordpress:php8.3-fpm-alpine'],
    ...['nextcloud:30-fpm-alpine', 'matomo:5-fpm-alpine', 'ghost:5-alpine', 'drupal:11-fpm-alpine3.20'],
    ...[
      'vaultwarden/server:1.32.3-alpine',
      'byrnedo/alpine-curl',
      'mhart/alpine-node:16',
      'frolvlad/alpine-glibc:alpine-3.20',
    ],
    ...[
      'janeczku/alpine-kubernetes:3.3',
      'gliderlabs/alpine:3.4',
      'yobasystems/alpine-mariadb',
      'haproxytech/haproxy-alpine:3.0',
    ],
    ...[
      'grafana/grafana:11.3.0-alpine',
      'hugomods/hugo:exts-alpine',
      'kong:3.8-alpine',
      'elixir:1.17-alpine',
      'erlang:27-alpine',
    ],
    ...['x:3.22-Alpine', 'team/app:1.0-ALPINE3.20', 'localhost:5000/team/app:1.0.alpine', 'team/app:alpinev3.18'],
    ...[
      'team/app:1-alpinelinux3',
      '[::1]:5000/alpine/app',
      'busybox:1.37-musl',
      `registry.example:5000/mirror/alpine@${digest}`,
    ],
    ...[`node:22-alpine@${digest}`, 'registry.example/team/my_alpine:1', 'MirrorHub/Alpine:3'],
  ])('%s', (reference) => {
    expect(isAlpineImage(reference)).toBe(true);
  });
});

describe('well-known images that do not, or say something else', () => {
  test.each([
    ...['debian:13', 'debian:bookworm-slim', 'ubuntu:24.04', 'busybox:1.36', 'nginx:1.27', 'redis:7.4'],
    ...[
      'node:22-bookworm-slim',
      'python:3.13-slim',
      'postgres:16',
      'golang:1.23',
      'eclipse-temurin:21-jre-ubi9-minimal',
    ],
    ...['gcr.io/distroless/static-debian12:nonroot', 'quay.io/prometheus/prometheus:v2.55.0', 'bitnami/postgresql:16'],
    ...[
      'registry.k8s.io/pause:3.10',
      'registry.access.redhat.com/ubi9/ubi-minimal:9.4',
      'cgr.dev/chainguard/wolfi-base',
    ],
    ...[
      'traefik:v3.2',
      'caddy:2',
      'registry:2',
      'hashicorp/vault:1.18',
      'hashicorp/consul:1.20',
      'grafana/grafana:11.3.0',
    ],
    ...['docker:27-dind', 'curlimages/curl:8.10.1', 'eclipse-mosquitto:2', 'adminer:4', 'composer:2', 'bash:5.2'],
    ...['gcr.io/alpine-prod-1/checkout/api', 'alpine-tours/web', 'company/alpinetour:1', 'company/alpines:1'],
    ...[
      'alpine.example/team/app:1',
      'alpine.example:5000/app',
      'alpine:5000/app',
      '[::1]:5000/app',
      'app:not-alpinelike',
    ],
    ...[
      'app:1-alpinebits2',
      'app:22-alpinex',
      'muslim/app:1',
      `registry.example/app@${digest}`,
      'app@sha256:alpine',
      '',
    ],
    ...['alpine-resolver/sidecar:1.0', 'registry.example/alpine-resolver/webhook:1.0', 'alpine-resolver:1.0'],
  ])('%s', (reference) => {
    expect(isAlpineImage(reference)).toBe(false);
  });

  test('a reference that is too long to be pulled', () => {
    expect(isAlpineImage(`${'a/'.repeat(120)}app:1-alpine`)).toBe(true);
    expect(isAlpineImage(`${'a/'.repeat(190)}app:1-alpine`)).toBe(false);
    expect(isAlpineImage(`alpine@${'0'.repeat(1000)}`)).toBe(true);
  });
});

describe('patterns of the operator', () => {
  test.each([
    // The library has three spellings.
    [['traefik'], 'traefik:v3', true],
    [['docker.io/traefik'], 'traefik:v3', true],
    [['docker.io/library/traefik'], 'traefik:v3', true],
    [['docker.io/library/traefik'], 'docker.io/traefik:v3', true],
    [['docker.io/library/traefik'], 'docker.io/library/traefik:v3', true],
    [['docker.io/library/*'], 'grafana/grafana:1', false],
    [['docker.io/grafana/*'], 'grafana/grafana:1', true],
    [['**/grafana'], 'quay.io/mirror/grafana/grafana:1', true],
    [['**/traefik'], 'traefik', true],
    [['traefik'], 'quay.io/traefik:v3', false],
    // A tag, the port of a registry, a digest, letter case.
    [['team/app:1.*'], 'team/app:1.2', true],
    [['team/app:1.*'], 'team/app:2.1', false],
    [['team/app:1.*'], 'team/app', false],
    [['registry.example:5000/**'], 'registry.example:5000/team/app:1', true],
    [['registry.example:5000/*'], 'registry.example:5000/team/app:1', false],
    [['team/app:1'], `team/app:1@${digest}`, true],
    [['Team/App:RC*'], 'team/app:rc1', true],
    [['team/*'], 'team/app:x/y', false],
    // The last one that matches counts, before what the reference says.
    [['team/*', '!team/web'], 'team/web:1', false],
    [['!team/web', 'team/*'], 'team/web:1', true],
    [['team/*', '!team/web'], 'team/api:1', true],
    [['!**/alpine-mirror/**'], 'registry.example/alpine-mirror/app:1-alpine', false],
    [['!team/web'], 'alpine:3.22', true],
    [['!**'], 'alpine:3.22', false],
    [['!**:*-alpine'], 'node:22-alpine', false],
    [['!**:*-alpine'], 'node:22-alpine3.20', true],
  ] as [string[], string, boolean][])('%j: %s is Alpine: %j', (patterns, reference, expected) => {
    expect(isAlpineImage(reference, patterns.map(readImagePattern))).toBe(expected);
  });
});

test('the patterns of docs/injection.md are accepted, and each names an image that does not say Alpine', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../../../docs/injection.md'), 'utf8');
  const [, text = ''] = /WEBHOOK_ALPINE_IMAGES="([^"]+)"/.exec(docs) ?? [];
  const parsed = imagePatterns().parse(text.replaceAll('\\\n', ''));
  const patterns = parsed.ok ? parsed.value : [];
  expect(patterns.length).toBeGreaterThan(15);
  for (const pattern of patterns) {
    const short = pattern.replace(/^docker\.io\/(library\/)?/, '');
    expect([`${short}:1`, isAlpineImage(`${short}:1`)]).toEqual([`${short}:1`, false]);
    expect([`${short}:1`, isAlpineImage(`${short}:1`, patterns.map(readImagePattern))]).toEqual([`${short}:1`, true]);
  }
});

describe('images that bring a DNS server', () => {
  const { dnsServerImages } = contextOf();

  test.each([
    ...[
      'qmcgaw/gluetun:v3',
      'pihole/pihole',
      'adguard/adguardhome:v0.107',
      'ghcr.io/qdm12/gluetun',
      'coredns/coredns:1.11',
    ],
    ...['registry.k8s.io/coredns/coredns:v1.11.3', 'andyshinn/dnsmasq:2.83', 'janeczku/go-dnsmasq:release-1.0.7'],
    ...[
      'mvance/unbound:1.20.0',
      'klutchell/unbound',
      'internetsystemsconsortium/bind9:9.20',
      'ubuntu/bind9',
      'spx01/blocky',
    ],
    ...['powerdns/dnsdist-19:1.9.7', 'powerdns/pdns-recursor-51', 'cznic/knot-resolver:6', 'klutchell/dnscrypt-proxy'],
    ...[
      'aacebedo/dnsdock:latest-amd64',
      'technitium/dns-server:13',
      'docker.io/technitium/dns-server',
      'Mirror/Unbound',
    ],
    `pihole/pihole@${digest}`,
  ])('%s', (reference) => {
    expect(isImageNamed(reference, dnsServerImages)).toBe(true);
  });

  test.each([
    ...[
      'alpine:3.22',
      'team/dns-server:1',
      'team/my-unbound:1',
      'unbound/exporter:1',
      'team/app:unbound',
      'pihole-exporter',
    ],
    ...['powerdns/dnsdist-next', 'nottechnitium/dns-server', 'technitium/dns-server/ui', 'unbound:5000/app', ''],
  ])('not %j', (reference) => {
    expect(isImageNamed(reference, dnsServerImages)).toBe(false);
  });

  test('a list of the operator replaces the table', () => {
    expect(isImageNamed('team/names-2:1', ['names-2'])).toBe(true);
    expect(isImageNamed('team/names-2:1', ['names'])).toBe(true);
    expect(isImageNamed('pihole/pihole', ['names'])).toBe(false);
    expect(isImageNamed('pihole/pihole', [])).toBe(false);
  });
});

test('the port of a registry is no tag, and a leading host no part of the path', () => {
  expect(splitReference('Registry:5000/app')).toEqual({ host: ['registry:5000'], path: ['app'], tag: '' });
  expect(splitReference('localhost/app:1@sha256:ab')).toEqual({ host: ['localhost'], path: ['app'], tag: '1' });
  expect(splitReference('team/app')).toEqual({ host: [], path: ['team', 'app'], tag: '' });
  expect(splitReference('localhost:5000')).toEqual({ host: [], path: ['localhost'], tag: '5000' });
});
