import { freeze, hasOwn } from '../primordials.ts'
import { createClock } from './clock.ts'
import { createEvents } from './events.ts'
import { createFiles } from './files.ts'
import { createNetwork } from './network.ts'
import type { ContextParts } from './parts.ts'
import { createPrompts } from './prompts.ts'
import { createResources } from './resources.ts'
import { createSchedule } from './schedule.ts'
import { createSecrets } from './secrets.ts'
import { createStorage } from './storage.ts'
import { createTools } from './tools.ts'
import { createUpstreams } from './upstreams.ts'

/** The plugin's context: frozen, without prototypes to pollute, each member a question to the host. */
export function createContext(parts: ContextParts): object {
  const { boot, bridge, handlers } = parts
  return freeze({
    plugin: freeze({ ...boot.plugin }),
    installation: freeze({ id: boot.installationId }),
    workspace: freeze({ id: boot.workspaceId }),
    config: freezeDeep(boot.config),
    signal: parts.signal,
    log: parts.log,
    clock: createClock(parts),
    storage: createStorage(bridge),
    files: createFiles(bridge),
    network: createNetwork(bridge),
    secrets: createSecrets(bridge),
    tools: createTools(parts),
    resources: createResources(parts),
    prompts: createPrompts(parts),
    policies: freeze({ handle: (name: string, handler: unknown) => handlers.add('policy', name, handler) }),
    upstreams: createUpstreams(parts),
    events: createEvents(parts),
    schedule: createSchedule(parts),
  })
}

function freezeDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  for (const key in value) if (hasOwn(value, key)) freezeDeep(value[key])
  return freeze(value)
}
