import { z } from 'zod'
import type { UpdatesView } from '../../contract/index.ts'
import type { Principal } from '../../identity/principal.ts'
import type { UpdateTime } from '../../installations/updates/update-setting.ts'
import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { JobTable } from '../jobs.ts'
import type { HttpPorts, InstallerPort } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { updateOfferView, updatePlan, updatesView } from '../views/updates.ts'

/** The body was JSON, so this only tells the types so. */
const jsonObject = z.record(z.string(), z.json())

export function updateRoutes({ installer }: Pick<HttpPorts, 'installer'>, jobs: JobTable): readonly ServedRoute[] {
  return [...readingRoutes(installer), ...decidingRoutes(installer, jobs), ...policyRoutes(installer)]
}

function readingRoutes(installer: InstallerPort): readonly ServedRoute[] {
  return [
    serveRoute('waitingUpdates', async ({ principal, translate }) => {
      const [offers, installed] = await Promise.all([
        installer.offers(principal.workspaceId),
        installer.list(principal.workspaceId),
      ])
      const rows = new Map(installed.map(({ row }) => [row.id, row]))
      return {
        items: offers.flatMap((offer) => {
          const row = rows.get(offer.installationId)
          if (row === undefined || offer.state === 'declined') return []
          const { id: installationId, label, manifest } = row
          return [{ ...updateOfferView(offer), installationId, label, displayName: translate(manifest.displayName) }]
        }),
      }
    }),
    serveRoute('installationUpdates', async ({ params, principal }) => await shown(installer, principal, params.id)),
    serveRoute('updatePlan', async ({ params, query, principal, translate }) => {
      await shown(installer, principal, params.id)
      return updatePlan(await installer.planUpdate(principal, params.id, { to: query.to, config: {} }), translate)
    }),
  ]
}

function decidingRoutes(installer: InstallerPort, jobs: JobTable): readonly ServedRoute[] {
  return [
    serveRoute('changeUpdateSetting', async ({ params, body, principal, requestId }) => {
      await installer.changeUpdateSetting(principal, params.id, body, requestId)
      return await shown(installer, principal, params.id)
    }),
    serveRoute('approveUpdate', async ({ params, body, principal, requestId }) => {
      const { version, consentDigest } = body
      const config = jsonObject.parse(body.config)
      const when: UpdateTime = typeof body.when === 'string' ? body.when : { at: new Date(body.when.at) }
      const outcome = await installer.approveUpdate(
        principal,
        params.id,
        { version, consentDigest, config, when },
        requestId,
      )
      if (outcome === 'apply') {
        const job = jobs.start(principal.workspaceId, requestId, (onStep, signal) =>
          installer.update(principal, params.id, { version, consentDigest, config }, { onStep, signal, requestId }),
        )
        return { outcome: 'applying' as const, job }
      }
      const { offer } = await shown(installer, principal, params.id)
      return { outcome, ...(offer !== undefined && { offer }) }
    }),
    serveRoute('declineUpdate', async ({ params, body, principal, requestId }) => {
      await installer.declineUpdate(principal, params.id, body.version, requestId)
      return await shown(installer, principal, params.id)
    }),
    serveRoute('rollBack', async ({ params, body, principal, requestId }) => {
      await shown(installer, principal, params.id)
      return jobs.start(principal.workspaceId, requestId, (onStep, signal) =>
        installer.rollBack(principal, params.id, body, { onStep, signal, requestId }),
      )
    }),
  ]
}

function policyRoutes(installer: InstallerPort): readonly ServedRoute[] {
  return [
    serveRoute('updatePolicy', async ({ principal }) => await installer.updatePolicy(principal.workspaceId)),
    serveRoute('changeUpdatePolicy', async ({ body, principal, requestId }) => {
      await installer.changeUpdatePolicy(principal, body, requestId)
      return await installer.updatePolicy(principal.workspaceId)
    }),
  ]
}

/** An installation of another workspace looks exactly like one that does not exist. */
async function shown(installer: InstallerPort, principal: Principal, id: string): Promise<UpdatesView> {
  if ((await installer.get(principal.workspaceId, id)) === undefined)
    throw httpError('HTTP_NOT_FOUND', `Expected an installation of this workspace, found no ${id}.`)
  return updatesView(await installer.updates(principal.workspaceId, id))
}
