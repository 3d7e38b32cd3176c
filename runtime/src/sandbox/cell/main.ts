import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import type ivm from 'isolated-vm'
import { type Channel, openChannel } from '../channel/channel.ts'
import { type Frame, frameKinds } from '../channel/frame.ts'
import type { OpenHead, PongBody } from './cell-limits.ts'
import { MAX_FRAME_BYTES } from './limits.ts'
import { cachedDataOf, createGuestLoader } from './load-guest.ts'
import { type Nursery, createNursery } from './nursery.ts'
import { type Tenant, openTenant } from './tenant.ts'
import type { Send } from './tenant-state.ts'
import { createWatch } from './watch.ts'

// A cell: a process that holds isolates and nothing else. It has one descriptor, the channel, and no reason to live
// without it. It never exits politely: an isolate's thread may be running, and waiting for it is a dead-lock.

const CHANNEL_DESCRIPTOR = 3

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // Inside a process namespace of its own the signal may not reach process 1; this does.
  process.abort()
}

const addon: unknown = createRequire(import.meta.url)(process.argv[2] ?? '')
// The addon's only export; the host resolved the path from its own dependencies.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a native addon has no schema
const isolatedVm = (addon as { readonly ivm: typeof ivm }).ivm

const tenants = new Map<number, Tenant>()
const opening = new Set<number>()
const caches = new Map<number, ivm.ExternalCopy<ArrayBuffer>>()
let nursery: Nursery | undefined

const watch = createWatch((now) => {
  for (const tenant of tenants.values()) {
    tenant.check(now)
    if (tenant.isRunning()) watch.touch()
  }
})

const channel: Channel = openChannel(
  new Socket({ fd: CHANNEL_DESCRIPTOR, readable: true, writable: true }),
  MAX_FRAME_BYTES,
  {
    onFrame: receive,
    onEnd: die,
  },
)
process.on('uncaughtException', die)
process.on('unhandledRejection', die)

function receive(frame: Frame): void {
  const tenant = tenants.get(frame.sandbox)
  if (frame.kind === frameKinds.call) tenant?.call(frame.id, frame.head, frame.body.toString('utf8'))
  else if (frame.kind === frameKinds.capabilityAnswered) tenant?.settle(frame.id, false, frame.body.toString('utf8'))
  else if (frame.kind === frameKinds.capabilityFailed) tenant?.settle(frame.id, true, frame.body.toString('utf8'))
  else if (frame.kind === frameKinds.cancel) tenant?.cancel(frame.id)
  else if (frame.kind === frameKinds.advance) tenant?.advance(frame.id, Number(frame.head))
  else if (frame.kind === frameKinds.ping) pong()
  else if (frame.kind === frameKinds.cache)
    caches.set(frame.sandbox, new isolatedVm.ExternalCopy(new Uint8Array(frame.body).buffer))
  else if (frame.kind === frameKinds.open) void open(frame)
  else if (frame.kind === frameKinds.close) close(frame.sandbox)
  else if (frame.kind === frameKinds.prepare) {
    nursery = createNursery(isolatedVm, createGuestLoader(frame.body.toString('utf8')))
    channel.send(frameKinds.prepared, 0, 0)
  } else if (frame.kind === frameKinds.compile) void compile(frame)
}

async function open(frame: Frame): Promise<void> {
  if (nursery === undefined) die()
  // The head was written by the host's own code, the only thing on the other end of this channel.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the host is the other end
  const head = JSON.parse(frame.head) as OpenHead
  const { sandbox } = frame
  const code = frame.body.toString('utf8')
  const compiled = caches.get(sandbox)
  caches.delete(sandbox)
  const send: Send = (kind, id, text, body) => channel.send(kind, sandbox, id, text, body)
  opening.add(sandbox)
  try {
    const room = await nursery.take(head.limits.memoryMb, head.shape)
    if (opening.delete(sandbox)) {
      const onEnd = (): boolean => tenants.delete(sandbox)
      tenants.set(sandbox, openTenant({ room, open: head, code, compiled, send, touch: watch.touch, onEnd }))
    } else room.isolate.dispose()
  } catch (error) {
    opening.delete(sandbox)
    const message = error instanceof Error ? error.message : 'The prelude could not be loaded.'
    send(frameKinds.closed, 0, JSON.stringify({ code: 'SANDBOX_START_FAILED', message }))
  }
}

function close(sandbox: number): void {
  if (opening.delete(sandbox)) {
    const why = { code: 'SANDBOX_CLOSED', message: 'The sandbox was stopped.' }
    channel.send(frameKinds.closed, sandbox, 0, JSON.stringify(why))
  } else tenants.get(sandbox)?.close()
}

/** Compiles without running; only a cell that has never run plugin code is asked to. */
async function compile(frame: Frame): Promise<void> {
  const isolate = new isolatedVm.Isolate({ memoryLimit: 256 })
  const module = await isolate.compileModule(frame.body.toString('utf8'), {
    filename: frame.head,
    produceCachedData: true,
  })
  const made = cachedDataOf(module)
  channel.send(frameKinds.compiled, 0, frame.id, '', made === undefined ? '' : new Uint8Array(made.copy()))
}

function pong(): void {
  const now = performance.now()
  const body: PongBody = {
    rssBytes: process.memoryUsage.rss(),
    sandboxes: [...tenants].map(([sandbox, tenant]) => ({ sandbox, ...tenant.usage(now) })),
  }
  channel.send(frameKinds.pong, 0, 0, '', JSON.stringify(body))
}
