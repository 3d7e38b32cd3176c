import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import type { Piscina } from 'piscina'
import type { OpenHead, PongBody } from '../../cell/cell-limits.ts'
import { MAX_FRAME_BYTES } from '../../cell/limits.ts'
import { type Channel, openChannel } from '../../channel/channel.ts'
import { type Frame, frameKinds } from '../../channel/frame.ts'
import { type ThreadInspection, inspectThread } from './inspect-thread.ts'
import { type WorkerTenant, openWorkerTenant } from './tenant.ts'

// A worker cell: a process that holds the threads of one installation and nothing else. It speaks the same frames as a
// cell of isolates, so the host's side is the same. Like that one it never exits politely: it is killed.

const CHANNEL_DESCRIPTOR = 3

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // Inside a process namespace of its own the signal may not reach process 1; this does.
  process.abort()
}

const [, , poolPath = '', threadPath = ''] = process.argv
const loaded: unknown = createRequire(import.meta.url)(poolPath)
// The host resolved the path from its own dependencies.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a package loaded by path has no types
const { Piscina: piscina } = loaded as { readonly Piscina: typeof Piscina }

let tenant: { readonly sandbox: number; readonly life: WorkerTenant; readonly mayInspect: boolean } | undefined
let inspection: ThreadInspection | undefined

const channel: Channel = openChannel(
  new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true }),
  MAX_FRAME_BYTES,
  { onFrame: receive, onEnd: die },
)
process.on('uncaughtException', die)
process.on('unhandledRejection', die)

function receive(frame: Frame): void {
  const life = tenant?.sandbox === frame.sandbox ? tenant.life : undefined
  if (frame.kind === frameKinds.call) life?.call(frame.id, frame.head, frame.body.toString('utf8'))
  else if (frame.kind === frameKinds.capabilityAnswered) life?.settle(frame.id, false, frame.body.toString('utf8'))
  else if (frame.kind === frameKinds.capabilityFailed) life?.settle(frame.id, true, frame.body.toString('utf8'))
  else if (frame.kind === frameKinds.cancel) life?.cancel(frame.id)
  else if (frame.kind === frameKinds.ping) pong()
  else if (frame.kind === frameKinds.close) void life?.close()
  else if (frame.kind === frameKinds.prepare) channel.send(frameKinds.prepared, 0, 0)
  else if (frame.kind === frameKinds.open) open(frame)
  else if (frame.kind === frameKinds.inspect) inspect(frame)
}

function open({ sandbox, id: threads, head, body }: Frame): void {
  // The head was written by the host's own code, the only thing on the other end of this channel.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the host is the other end
  const told = JSON.parse(head) as OpenHead
  const life = openWorkerTenant({
    piscina,
    threadPath,
    open: told,
    code: body.toString('utf8'),
    threads,
    send: (kind, id, text, content) => channel.send(kind, sandbox, id, text, content),
  })
  tenant = { sandbox, life, mayInspect: told.inspect === true }
}

function inspect({ sandbox, head, body }: Frame): void {
  if (tenant?.mayInspect !== true) return
  if (head !== '') {
    inspection?.close()
    inspection = undefined
  }
  if (head === 'open')
    inspection = inspectThread((message) => channel.send(frameKinds.inspected, sandbox, 0, '', message))
  else if (head === '') inspection?.dispatch(body.toString('utf8'))
}

function pong(): void {
  const body: PongBody = {
    rssBytes: process.memoryUsage.rss(),
    sandboxes: tenant === undefined ? [] : [{ sandbox: tenant.sandbox, ...tenant.life.usage(performance.now()) }],
  }
  channel.send(frameKinds.pong, 0, 0, '', JSON.stringify(body))
}
