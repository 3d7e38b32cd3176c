import { httpError } from '../errors.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { policyRuleView } from '../views/rows.ts'

export function policyRoutes({ policyRules }: Pick<HttpPorts, 'policyRules'>): readonly ServedRoute[] {
  return [
    serveRoute('policyRules', async ({ principal }) => ({
      items: (await policyRules.list(principal.workspaceId)).map(policyRuleView),
    })),
    serveRoute('createPolicyRule', async ({ body, principal, requestId }) =>
      policyRuleView(await policyRules.create(principal, body, requestId)),
    ),
    serveRoute('removePolicyRule', async ({ params, principal, requestId }) => {
      if (await policyRules.remove(principal, params.id, requestId)) return
      throw httpError('HTTP_NOT_FOUND', 'Expected a rule of this workspace, found none of that id.')
    }),
  ]
}
