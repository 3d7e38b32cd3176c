import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config.ts'
import type { InspectionPort } from '../installations/ports.ts'
import { createInspectorDoor } from '../sandbox/debug/inspector-door.ts'
import type { Front } from './front.ts'
import type { Plugins } from './open-plugins.ts'

/** What developer mode adds to a host. */
export interface Developer {
  readonly inspection: InspectionPort
  /** Answers what debuggers ask; false when it is not for them. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
}

/** Opens the door for debuggers; `undefined` unless the host is in developer mode. */
export function openDeveloper(
  config: Pick<Config, 'developerMode'>,
  url: string,
  { admission }: Pick<Plugins, 'admission'>,
  front: Front,
  stack: AsyncDisposableStack,
): Developer | undefined {
  if (!config.developerMode) return undefined
  const door = stack.use(createInspectorDoor({ url, inspectorOf: (id) => admission.inspectorOf(id) }))
  const inspected = new Set<string>()
  front.server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head))
  return {
    answer: (request, response) => door.answer(request, response),
    inspection: {
      isOpen: (installationId) => inspected.has(installationId),
      set(installationId, isInspected) {
        if (isInspected) inspected.add(installationId)
        else inspected.delete(installationId)
        admission.setInspected(installationId, isInspected)
      },
      open: (installationId, title) => door.open(installationId, title),
      close: (installationId) => door.close(installationId),
    },
  }
}
