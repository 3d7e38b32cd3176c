import type { InstallPlan } from '../../contract/index.ts'
import type { Translate } from '../language.ts'
import type { InstallPlanFacts } from '../ports.ts'
import { configFieldViews } from './config-field.ts'
import { sandboxView } from './marketplace.ts'
import { permissionViews } from './permission.ts'

export function installPlan(facts: InstallPlanFacts, translate: Translate): InstallPlan {
  const { manifest, bundleDigest, chain, config, grants, configErrors, newSigner, policy, consentDigest } = facts
  const { profile, profileAllowed } = facts
  const asked = { profile: profile.name, limits: manifest.sandbox.limits }
  return {
    pluginId: manifest.id,
    version: manifest.version,
    bundleDigest,
    chain: [...chain],
    permissions: permissionViews(manifest, config, translate, true),
    config: configFieldViews(manifest, translate),
    configErrors: [...configErrors],
    networkTargets: grants.network.map(({ host, port, scheme, methods }) => ({
      host,
      port,
      scheme,
      methods: [...methods],
    })),
    sandbox: { ...sandboxView(asked, new Map([[profile.name, profile]])), allowed: profileAllowed },
    newSigner,
    policy: [...policy],
    consentDigest,
  }
}
