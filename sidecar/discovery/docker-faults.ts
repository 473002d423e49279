/** Faults of the settings of discovery that no single kind of value can see. */
import { invalid, type SettingIssue } from '../../shared/settings/read-settings.ts';
import type { DiscoverySettings } from '../../shared/settings/settings.ts';
import { unknownTemplateParts } from './names/service-names.ts';

type Settings = Pick<DiscoverySettings, 'domain' | 'dockerTlsVerify' | 'dockerCertPath' | 'nameTemplate'>;

export function dockerFaults({ domain, dockerTlsVerify, dockerCertPath, nameTemplate }: Settings): SettingIssue[] {
  const issues: SettingIssue[] = [];
  const [unknown] = nameTemplate === undefined ? [] : unknownTemplateParts(nameTemplate);
  if (domain === '.')
    issues.push(invalid('RESOLVER_DOMAIN', domain, { accepted: 'a domain name other than the root' }));
  if (dockerTlsVerify !== undefined && dockerCertPath === undefined)
    issues.push(
      invalid('DOCKER_CERT_PATH', '', { accepted: 'the folder with ca.pem, because DOCKER_TLS_VERIFY is set' }),
    );
  if (nameTemplate !== undefined && unknown !== undefined) {
    const accepted = 'the parts {name} {image} {container} {service} {project} {hostname} {id} {environment} {domain}';
    issues.push(invalid('RESOLVER_NAME_TEMPLATE', nameTemplate, { accepted, fault: `there is no {${unknown}}` }));
  }
  return issues;
}
