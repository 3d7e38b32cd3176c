import type { Advisory } from '@nexus/registry/contract'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

type Ports = Pick<HttpPorts, 'people' | 'advisories' | 'choices' | 'installer' | 'audit'>

const idOf = (params: { readonly publisher: string; readonly name: string }) => `${params.publisher}/${params.name}`

/** What people say about plugins, passed on to the registry in this host's name. */
export function peopleRoutes(ports: Ports): readonly ServedRoute[] {
  const { people } = ports
  return [
    serveRoute('reviews', ({ params, query }) => people.reviews(idOf(params), query)),
    serveRoute('myReview', ({ params, principal }) => people.mine(principal, idOf(params))),
    serveRoute('putReview', ({ params, principal, body }) => people.put(principal, idOf(params), body)),
    serveRoute('removeReview', ({ params, principal }) => people.remove(principal, idOf(params))),
    serveRoute('appealReview', ({ params, principal, body }) => people.appeal(principal, idOf(params), body.text)),
    serveRoute('voteReview', ({ params, principal, body }) =>
      people.vote(principal, idOf(params), params.review, body.helpful),
    ),
    serveRoute('replyReview', ({ params, principal, body }) =>
      people.reply(principal, idOf(params), params.review, body.text),
    ),
    serveRoute('reportPlugin', ({ params, principal, body }) => people.report(principal, idOf(params), body)),
    serveRoute('pluginStatistics', ({ params }) => people.statistics(idOf(params))),
    serveRoute('trending', async () => ({ items: [...(await people.trending())] })),
    serveRoute('pluginSbom', ({ params }) => people.sbom(idOf(params), params.version)),
    serveRoute('moderationCases', async ({ principal }) => ({ items: [...(await people.cases(principal))] })),
    serveRoute('moderate', ({ principal, body }) => people.moderate(principal, body)),
    ...advisoryRoutes(ports),
    ...settingsRoutes(ports),
  ]
}

function advisoryRoutes({ advisories, installer }: Ports): readonly ServedRoute[] {
  return [
    serveRoute('pluginAdvisories', async ({ params, query }) => {
      const all = await advisories.ofPlugin(idOf(params))
      const found = query.version === undefined ? all : advisories.affecting(idOf(params), query.version)
      return { items: found.map(advisoryView) }
    }),
    serveRoute('affectedInstallations', async ({ principal }) => {
      const rows = await installer.list(principal.workspaceId)
      return {
        items: rows.flatMap(({ row }) => {
          const found = advisories.affecting(row.pluginId, row.version)
          if (found.length === 0) return []
          const { id: installationId, pluginId, label, version } = row
          return [{ installationId, pluginId, label, version, advisories: found.map(advisoryView) }]
        }),
      }
    }),
  ]
}

function settingsRoutes({ choices, audit }: Ports): readonly ServedRoute[] {
  const view = () => {
    const { statistics, lastReport } = choices.get()
    return { statistics, ...(lastReport !== undefined && { lastReport }) }
  }
  return [
    serveRoute('marketplaceSettings', async () => view()),
    serveRoute('changeMarketplaceSettings', async ({ principal, body, requestId }) => {
      await choices.change(body)
      audit.record({
        workspaceId: principal.workspaceId,
        actor: principal.id,
        action: 'marketplace.settings.changed',
        target: `statistics ${body.statistics ? 'on' : 'off'}`,
        outcome: 'ok',
        requestId,
      })
      return view()
    }),
  ]
}

function advisoryView(advisory: Advisory) {
  const { package: _name, cwe: _cwe, cvss: _cvss, withdrawnAt: _at, withdrawReason: _reason, ...shown } = advisory
  return { ...shown, aliases: [...shown.aliases], references: [...shown.references] }
}
