import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { backgroundView } from '../views/background.ts'

/** What an installed plugin does without anybody calling it. */
export function backgroundRoutes({
  installer,
  background,
}: Pick<HttpPorts, 'installer' | 'background'>): readonly ServedRoute[] {
  return [
    serveRoute('installationBackground', async ({ params, principal, translate }) => {
      const facts = await installer.get(principal.workspaceId, params.id)
      if (facts === undefined)
        throw httpError('HTTP_NOT_FOUND', `Expected an installation of this workspace, found no ${params.id}.`)
      const schedules = await background.schedules(params.id)
      return backgroundView(facts.row, schedules, background.events(params.id), translate)
    }),
  ]
}
