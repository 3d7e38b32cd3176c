import type { IncomingMessage } from 'node:http'
import { MAX_PACKAGE_BYTES } from '../bundle/limits.ts'
import { DRAIN_IDLE_MS, DRAIN_MS } from '../limits.ts'

/** A body to iterate over. Whoever gives up halfway keeps the connection, so that the reason can be sent over it. */
export function bodyOf(request: IncomingMessage): AsyncIterable<unknown> {
  return request.iterator({ destroyOnReturn: false })
}

/**
 * Reads over what is left of a body that nobody wants any more: a connection that is closed before its sender has been
 * heard out loses the answer as well. Stops soon when nothing comes, and when more comes than anybody may send.
 */
export async function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = () => resolve()
  const end = setTimeout(done, DRAIN_MS)
  const idle = setTimeout(done, DRAIN_IDLE_MS)
  let left = MAX_PACKAGE_BYTES
  const discard = (chunk: Buffer) => {
    idle.refresh()
    left -= chunk.length
    if (left < 0) resolve()
  }
  request.on('data', discard).once('end', done).once('close', done).once('error', done)
  await promise
  clearTimeout(end)
  clearTimeout(idle)
  request.off('data', discard).off('end', done).off('close', done)
}
