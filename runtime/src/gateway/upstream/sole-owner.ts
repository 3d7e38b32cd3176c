import type { Exchange } from './connection.ts'

/**
 * The only exchange a message without an address can belong to. The wire does not say which call an elicitation or a
 * log line is for; when calls of several clients are in flight it belongs to nobody, because giving it to the wrong
 * one would leak.
 */
export function soleOwner(exchanges: Iterable<Exchange>): Exchange | undefined {
  let owner: Exchange | undefined
  for (const exchange of exchanges) {
    if (exchange.client === undefined) continue
    if (owner?.client !== undefined && owner.client.key !== exchange.client.key) return undefined
    owner = exchange
  }
  return owner
}
