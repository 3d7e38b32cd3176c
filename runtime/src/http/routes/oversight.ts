import type { Principal } from '../../identity/principal.ts'
import type { Asked } from '../../metering/index.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { budgetView, grantsView, limitsView, usageSummary, usageView } from '../views/oversight.ts'

type Ports = Pick<HttpPorts, 'oversight' | 'installer'>

/** What installations use, and how an admin bounds it. */
export function oversightRoutes(ports: Ports): readonly ServedRoute[] {
  return [...usageRoutes(ports), ...limitRoutes(ports), ...budgetRoutes(ports), ...grantRoutes(ports)]
}

interface Said {
  readonly params: { readonly id: string }
  readonly principal: Principal
  readonly requestId: string
}

function asked({ params, principal, requestId }: Said): Asked {
  return { principal, installationId: params.id, requestId }
}

function usageRoutes({ oversight, installer }: Ports): readonly ServedRoute[] {
  return [
    serveRoute('usageSummaries', async ({ principal, translate }) => {
      const lastHour = await oversight.lastHour(principal.workspaceId)
      const installed = await installer.list(principal.workspaceId)
      return {
        items: installed.map((facts) =>
          usageSummary(facts, lastHour.get(facts.row.id), oversight.standing(facts.row.id), translate),
        ),
      }
    }),
    serveRoute('installationUsage', async (said) => usageView(await oversight.usage(asked(said), said.query.range))),
  ]
}

function limitRoutes({ oversight }: Ports): readonly ServedRoute[] {
  return [
    serveRoute('installationLimits', async (said) => limitsView(await oversight.limits(asked(said)))),
    serveRoute('changeLimits', async (said) =>
      limitsView(await oversight.setLimits(asked(said), said.body.limits, said.body.restart)),
    ),
  ]
}

function budgetRoutes({ oversight }: Ports): readonly ServedRoute[] {
  return [
    serveRoute('installationBudgets', async (said) => ({
      items: (await oversight.budgets(asked(said))).map(budgetView),
    })),
    serveRoute('putBudgets', async (said) => ({
      items: (await oversight.setBudgets(asked(said), said.body.budgets)).map(budgetView),
    })),
  ]
}

function grantRoutes({ oversight }: Ports): readonly ServedRoute[] {
  return [
    serveRoute('installationGrants', async (said) => grantsView(await oversight.grants(asked(said), said.query.days))),
    serveRoute('withholdGrants', async (said) =>
      grantsView(await oversight.withhold(asked(said), said.body.grants, said.query.days)),
    ),
    serveRoute('restoreGrants', async (said) =>
      grantsView(await oversight.restore(asked(said), said.body.grants, said.query.days)),
    ),
  ]
}
