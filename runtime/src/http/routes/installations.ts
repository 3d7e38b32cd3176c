import { z } from 'zod'
import type { InstallationDetail, InstallJob } from '../../contract/index.ts'
import type { Principal } from '../../identity/principal.ts'
import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { JobTable } from '../jobs.ts'
import type { Translate } from '../language.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { installationDetail, installationView } from '../views/installation.ts'
import { installPlan } from '../views/install-plan.ts'
import { updatePlan } from '../views/updates.ts'

/** The body was JSON, so this only tells the types so. */
const jsonObject = z.record(z.string(), z.json())

type Ports = Pick<HttpPorts, 'installer' | 'upstreams'>

export function installationRoutes(ports: Ports, jobs: JobTable): readonly ServedRoute[] {
  return [
    ...readingRoutes(ports),
    ...installRoutes(ports, jobs),
    ...updateRoutes(ports, jobs),
    ...changingRoutes(ports),
  ]
}

function readingRoutes(ports: Ports): readonly ServedRoute[] {
  return [
    serveRoute('installations', async ({ principal, translate }) => {
      const found = await ports.installer.list(principal.workspaceId)
      return { items: found.map((facts) => installationView(facts, translate)) }
    }),
    serveRoute(
      'installation',
      async ({ params, principal, translate }) => await detail(ports, principal, params.id, translate),
    ),
  ]
}

function installRoutes({ installer }: Ports, jobs: JobTable): readonly ServedRoute[] {
  return [
    serveRoute('planInstall', async ({ body, principal, translate }) => {
      const request = {
        pluginId: body.pluginId,
        version: body.version,
        profile: body.profile,
        label: body.label,
        config: jsonObject.parse(body.config),
      }
      return installPlan(await installer.plan(principal, request), translate)
    }),
    serveRoute('install', async ({ body, principal, requestId }) =>
      jobs.start(principal.workspaceId, requestId, (onStep, signal) =>
        installer.install(principal, body, { onStep, signal, requestId }),
      ),
    ),
    serveRoute('job', async ({ params, principal }): Promise<InstallJob> => {
      const job = jobs.get(principal.workspaceId, params.id)
      if (job === undefined)
        throw httpError(
          'HTTP_NOT_FOUND',
          'Expected a job of this workspace, found none. The host forgets jobs when it restarts.',
        )
      return job
    }),
  ]
}

function updateRoutes(ports: Ports, jobs: JobTable): readonly ServedRoute[] {
  const { installer } = ports
  return [
    serveRoute('planUpdate', async ({ params, body, principal, translate }) => {
      await known(ports, principal, params.id)
      const request = { to: body.version, config: jsonObject.parse(body.config) }
      return updatePlan(await installer.planUpdate(principal, params.id, request), translate)
    }),
    serveRoute('updateInstallation', async ({ params, body, principal, requestId }) => {
      await known(ports, principal, params.id)
      return jobs.start(principal.workspaceId, requestId, (onStep, signal) =>
        installer.update(principal, params.id, body, { onStep, signal, requestId }),
      )
    }),
  ]
}

function changingRoutes(ports: Ports): readonly ServedRoute[] {
  const { installer } = ports
  return [
    serveRoute('changeInstallation', async ({ params, body, principal, requestId, translate }) => {
      await known(ports, principal, params.id)
      const { enabled, profile, config, allowPrivateAddresses } = body
      const change = {
        ...(enabled !== undefined && { enabled }),
        ...(profile !== undefined && { profile }),
        ...(config !== undefined && { config: jsonObject.parse(config) }),
        ...(allowPrivateAddresses !== undefined && { allowPrivateAddresses }),
      }
      await installer.change(principal, params.id, change, requestId)
      return await detail(ports, principal, params.id, translate)
    }),
    serveRoute('restartInstallation', async ({ params, principal, requestId, translate }) => {
      await known(ports, principal, params.id)
      await installer.restart(principal, params.id, requestId)
      return await detail(ports, principal, params.id, translate)
    }),
    serveRoute('releaseInstallation', async ({ params, principal, requestId, translate }) => {
      await known(ports, principal, params.id)
      await installer.release(principal, params.id, requestId)
      return await detail(ports, principal, params.id, translate)
    }),
    serveRoute('inspectInstallation', async ({ params, principal, requestId }) => {
      await known(ports, principal, params.id)
      return await installer.inspect(principal, params.id, requestId)
    }),
    serveRoute('endInspection', async ({ params, principal, requestId }) => {
      await known(ports, principal, params.id)
      await installer.endInspection(principal, params.id, requestId)
    }),
    serveRoute('removeInstallation', async ({ params, principal, requestId }) => {
      await known(ports, principal, params.id)
      await installer.remove(principal, params.id, requestId)
    }),
  ]
}

/** An installation of another workspace looks exactly like one that does not exist. */
async function known({ installer }: Ports, principal: Principal, id: string) {
  const facts = await installer.get(principal.workspaceId, id)
  if (facts === undefined)
    throw httpError('HTTP_NOT_FOUND', `Expected an installation of this workspace, found no ${id}.`)
  return facts
}

async function detail(
  ports: Ports,
  principal: Principal,
  id: string,
  translate: Translate,
): Promise<InstallationDetail> {
  const facts = await known(ports, principal, id)
  const upstreams = ports.upstreams.list(principal.workspaceId).filter((upstream) => upstream.installationId === id)
  return await installationDetail(facts, upstreams, translate)
}
