import { createEgress } from '../../../runtime/src/broker/egress/create-egress.ts'
import type { HttpEgress } from '../../../runtime/src/gateway/upstream/remote/http-egress.ts'

const egress = createEgress()
const METHODS = ['GET', 'POST', 'DELETE']

/** The host's checked way out, granted to the servers of the suite on this machine. */
export const wayOut: HttpEgress = {
  request({ url, ...request }) {
    const { hostname: host, port } = new URL(url)
    const grant = { scheme: 'http', host, port: Number(port), methods: METHODS, allowPrivateAddresses: true } as const
    return egress.stream({ url, ...request, grants: [grant], timeoutMs: 100_000, maxBytes: 1024 * 1024 })
  },
}
