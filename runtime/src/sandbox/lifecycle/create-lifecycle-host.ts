import { declaredRegistrations } from '../isolate/read-registrations.ts'
import type { SandboxHost } from '../sandbox.ts'
import { canSleep } from './can-sleep.ts'
import { ManagedSandbox } from './managed-sandbox.ts'

/**
 * Gives the sandboxes of a host their lifecycle: started when first called, hibernated when idle, several instances
 * when one has too much to do, revived when their cell died. From outside each still looks like one sandbox.
 */
export function createLifecycleHost(inner: Pick<SandboxHost, 'open'>): Pick<SandboxHost, 'open'> {
  return {
    async open(spec, port, signal) {
      const managed = new ManagedSandbox(inner, spec, port)
      if (spec.lazy === true && spec.profile.lifecycle.start === 'lazy' && canSleep(spec.manifest))
        managed.sleep(declaredRegistrations(spec.manifest))
      else await managed.wake(signal)
      return managed
    },
  }
}
