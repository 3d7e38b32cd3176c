import { createRequire } from 'node:module'
import { Socket } from 'node:net'
import type ivm from 'isolated-vm'
import { type Channel, openChannel } from '../channel/channel.ts'
import { type Frame, type FrameKind, frameKinds } from '../channel/frame.ts'
import type { OpenHead, PongBody } from './cell-limits.ts'
import { MAX_FRAME_BYTES } from './limits.ts'
import { type GuestLoader, cachedDataOf, createGuestLoader } from './load-guest.ts'
import { type Tenant, openTenant } from './tenant.ts'
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
const caches = new Map<number, Uint8Array>()
let guest: GuestLoader | undefined

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
  else if (frame.kind === frameKinds.ping) pong()
  else if (frame.kind === frameKinds.cache) caches.set(frame.sandbox, Buffer.from(frame.body))
  else if (frame.kind === frameKinds.open) open(frame)
  else if (frame.kind === frameKinds.close) tenant?.close()
  else if (frame.kind === frameKinds.prepare) {
    guest = createGuestLoader(frame.body.toString('utf8'))
    channel.send(frameKinds.prepared, 0, 0)
  } else if (frame.kind === frameKinds.compile) void compile(frame)
}

function open(frame: Frame): void {
  if (guest === undefined) die()
  // The head was written by the host's own code, the only thing on the other end of this channel.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the host is the other end
  const head = JSON.parse(frame.head) as OpenHead
  const cachedData = caches.get(frame.sandbox)
  caches.delete(frame.sandbox)
  const tenant = openTenant({
    ivm: isolatedVm,
    open: head,
    code: frame.body.toString('utf8'),
    cachedData,
    guest,
    send: (kind: FrameKind, id, text, body) => channel.send(kind, frame.sandbox, id, text, body),
    touch: () => watch.touch(),
    onEnd: () => tenants.delete(frame.sandbox),
  })
  tenants.set(frame.sandbox, tenant)
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
