import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

/** Whom and what this host believes, and who changes it. */
export function trustRoutes({ trustDesk: desk }: Pick<HttpPorts, 'trustDesk'>): readonly ServedRoute[] {
  return [
    serveRoute('trustPolicy', async () => desk.view()),
    serveRoute('changeTrustPolicy', async ({ body, principal, requestId }) => {
      const details = { rules: Object.keys(body).join(', ') }
      const run = () => desk.changePolicy(body)
      await desk.act(principal, requestId, {
        action: 'trust.policy-changed',
        target: 'trust-policy.json',
        details,
        run,
      })
      return desk.view()
    }),
    serveRoute('offeredSigners', ({ params }) => desk.offered(params.publisher)),
    serveRoute('pinPublisher', async ({ params: { publisher }, body, principal, requestId }) => {
      const details = { signers: body.signers.join(', ') }
      const run = () => desk.pin(publisher, body.signers)
      await desk.act(principal, requestId, { action: 'publisher.pinned', target: publisher, details, run })
      return await desk.offered(publisher)
    }),
    serveRoute('unpinPublisher', async ({ params: { publisher }, query: { signer }, principal, requestId }) => {
      const run = () => desk.unpin(publisher, signer === undefined ? undefined : [signer])
      const details = { signers: signer ?? 'all' }
      await desk.act(principal, requestId, { action: 'publisher.unpinned', target: publisher, details, run })
    }),
    serveRoute('decideSigner', async ({ params, body, principal, requestId }) => {
      const decision = desk.view().decisions.find(({ id }) => id === params.id)
      const action = body.accept ? 'signer.accepted' : 'signer.rejected'
      const details = { signer: decision?.signer ?? '' }
      const run = () => desk.decide(params.id, body.accept)
      await desk.act(principal, requestId, { action, target: decision?.publisherId ?? params.id, details, run })
      return desk.view()
    }),
    serveRoute('setSigstoreRoot', async ({ body, principal, requestId }) => {
      const run = () => desk.setSigstoreRoot(body)
      await desk.act(principal, requestId, { action: 'trust.sigstore-root-changed', target: 'trust.json', run })
    }),
  ]
}
