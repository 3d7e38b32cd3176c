import { once } from 'node:events'
import type { JsonObject } from '@nexus/plugin-api'
import { createLineSplitter } from '../../gateway/upstream/line-splitter.ts'
import { errorMessage, type RpcId } from '../../gateway/json-rpc.ts'
import { RPC } from '../../gateway/protocol.ts'
import type { Console } from '../console.ts'
import { MAX_INPUT_LINE_BYTES } from './limits.ts'

/** The pipes to the client: one JSON-RPC message a line, and nothing else, on standard output. */
export interface ClientPipe {
  /** Waits while the client does not read, so that nothing piles up here. */
  write(line: string): Promise<void>
  /** Answers a request with an error. */
  fail(id: RpcId, code: string, message: string): Promise<void>
  /** Settles when the client has closed its end. */
  readonly closed: Promise<void>
}

/** JSON-RPC code of what went wrong between here and the host. */
const LINK_FAILED = -32_000

export function openClientPipe({ stdin, stdout }: Console, onLine: (line: string) => void): ClientPipe {
  const closed = Promise.withResolvers<void>()
  const write = async (line: string): Promise<void> => {
    if (stdout.destroyed || stdout.write(`${line}\n`)) return
    await Promise.race([once(stdout, 'drain'), closed.promise])
  }
  const say = (message: JsonObject) => write(JSON.stringify(message))
  stdin.on(
    'data',
    createLineSplitter(
      MAX_INPUT_LINE_BYTES,
      (line) => onLine(line.toString('utf8')),
      () => {
        const message = `Expected a line of at most ${MAX_INPUT_LINE_BYTES} bytes, found a longer one.`
        void say(errorMessage(null, { code: RPC.invalidRequest, message }))
      },
    ),
  )
  stdin.once('end', closed.resolve)
  stdin.once('close', closed.resolve)
  stdin.once('error', closed.resolve)
  // A client that is gone reads no more; there is nobody left to tell.
  stdout.once('error', closed.resolve)
  return {
    write,
    fail: (id, code, message) => say(errorMessage(id, { code: LINK_FAILED, message, data: { code } })),
    closed: closed.promise,
  }
}
