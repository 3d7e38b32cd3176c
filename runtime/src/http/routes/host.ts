import type { SandboxProfileView } from '../../contract/index.ts'
import type { SandboxProfile } from '../../sandbox/profile.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

type Ports = Pick<HttpPorts, 'doctor' | 'trust' | 'trustWorkers' | 'profiles' | 'boot'>

export function hostRoutes(ports: Ports): readonly ServedRoute[] {
  return [
    serveRoute('doctor', async () => ({ items: [...(await ports.doctor())] })),
    serveRoute('trust', async () => await ports.trust()),
    serveRoute('changeTrust', async ({ params, body, principal, requestId }) => {
      await ports.trustWorkers(principal, params.publisher, body.workers, requestId)
      return await ports.trust()
    }),
    serveRoute('sandboxProfiles', async () => ({ items: [...ports.profiles.values()].map(profileView) })),
    serveRoute('boot', async ({ principal }) => ({ items: [...ports.boot(principal.workspaceId)] })),
  ]
}

function profileView({ name, title, description, tier, limits, lifecycle }: SandboxProfile): SandboxProfileView {
  const { memoryMb, cpuMsPerCall, wallMsPerCall } = limits
  return { name, title, description, tier, memoryMb, cpuMsPerCall, wallMsPerCall, instances: lifecycle.instances }
}
