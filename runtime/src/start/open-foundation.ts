import { join } from 'node:path'
import { openAuditTrail } from '../audit/index.ts'
import { createPluginFiles, createWorkspaceRoots } from '../broker/index.ts'
import type { Config } from '../config.ts'
import { announceAudit, createEventHub } from '../events/index.ts'
import { openIdentity } from '../identity/index.ts'
import { createPolicyGuards } from '../installations/policy-guards.ts'
import { openPolicy } from '../policy/index.ts'
import { loadProfiles } from '../sandbox/load-profiles.ts'
import { createLocalKeyWrapper, deriveKey, loadKeyEncryptionKey, openSecrets } from '../secrets/index.ts'
import { openStore } from '../store/open-store.ts'
import { type Logger, createCallMeter, createPluginLog } from '../telemetry/index.ts'
import { meteredAudit } from './metered-audit.ts'
import { root } from './place.ts'

/** What every later room stands on: rows, record, who, whether, with what. */
export async function openFoundation(config: Config, logger: Logger, stack: AsyncDisposableStack) {
  const store = stack.use(await openStore({ url: config.database, logger }))
  const calls = createCallMeter()
  const trail = stack.use(openAuditTrail({ store, logger }))
  const log = createPluginLog()
  const events = createEventHub((installationId, level, message) => log.write(installationId, level, message))
  const audit = announceAudit(meteredAudit(trail, calls), events)
  const identity = await openIdentity({ store, audit })
  const key = await loadKeyEncryptionKey({ base64: config.secretKey, dataDir: config.dataDir })
  const secrets = await openSecrets({ store, audit, wrapper: createLocalKeyWrapper(key) })
  const policy = await openPolicy({ store, audit: trail })
  const profiles = new Map(
    (await loadProfiles(join(root, 'sandbox-profiles'))).list().map((profile) => [profile.name, profile]),
  )
  return {
    store,
    calls,
    audit,
    trail,
    identity,
    secrets,
    stateKey: deriveKey(key, 'request state'),
    policy,
    profiles,
    files: createPluginFiles({
      folder: join(config.dataDir, 'files'),
      roots: (workspaceId) => store.workspaceRoots.ofWorkspace(workspaceId),
    }),
    workspaceRoots: createWorkspaceRoots({ rows: store.workspaceRoots, audit, dataDir: config.dataDir }),
    guards: createPolicyGuards(policy),
    log,
    events,
  }
}

export type Foundation = Awaited<ReturnType<typeof openFoundation>>
