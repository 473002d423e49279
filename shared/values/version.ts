/** Replaced by the build with the version of package.json. */
declare const ALPINE_RESOLVER_VERSION: string | undefined;

/** Version of the running program; `development` when the sources run without a build. */
export const version: string = typeof ALPINE_RESOLVER_VERSION === 'string' ? ALPINE_RESOLVER_VERSION : 'development';
