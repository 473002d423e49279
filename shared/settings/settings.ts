/** Every setting of both programs, once. What else is known of a setting derives from its entry. */
export { annotationName, environmentName, type SettingDefinition } from './setting-definition.ts';
export { discoverySettings, type DiscoverySettings } from './discovery-settings.ts';
export { injectionDefaults, injectionSettings, type InjectionSettings } from './injection-settings.ts';
export { sidecarSettings, type SidecarSettings } from './sidecar-settings.ts';
export { webhookSettings, type WebhookSettings } from './webhook-settings.ts';
