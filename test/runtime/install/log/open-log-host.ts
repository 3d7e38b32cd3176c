import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { releaseDetail } from '@nexus/registry/contract'
import { openWitnesses } from '../../../../runtime/src/install/index.ts'
import { signedPlugin } from '../../../registry/fixtures.ts'
import { openTestRegistry } from '../../../registry/http/open-test-registry.ts'
import { openTamperingRegistry } from './tampering-registry.ts'

/** A registry, one in the middle, and a host that only sees the one in the middle. */
export async function openLogHost() {
  await using stack = new AsyncDisposableStack()
  const registry = stack.use(await openTestRegistry())
  const middle = stack.use(await openTamperingRegistry(registry.url()))
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-log-host-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  const open = () => openWitnesses({ dataDir, url: middle.url })
  let witnesses = await open()
  stack.defer(() => witnesses[Symbol.asyncDispose]())
  const closing = stack.move()
  return {
    registry,
    middle,
    dataDir,
    host: () => witnesses,
    /** The same host after a restart. */
    async restart() {
      await witnesses[Symbol.asyncDispose]()
      witnesses = await open()
    },
    async publish(version: string, id = 'acme/weather') {
      const { status, body } = await registry.publish(await signedPlugin(registry.key, { manifest: { id, version } }))
      if (status !== 201) throw new Error(`Expected a release, found ${JSON.stringify(body)}.`)
    },
    /** What the registry tells of a release, through the one in the middle. */
    async claim(version: string, id = 'acme/weather') {
      const answer = await fetch(`${middle.url}/api/v1/plugins/${id}/versions/${version}`)
      return releaseDetail.parse(await answer.json())
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

/** An answer with one thing changed. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- says what the caller takes the answer for
export function changed<Body>(body: Buffer, change: (copy: Body) => void): { body: string } {
  const copy: Body = JSON.parse(body.toString('utf8'))
  change(copy)
  return { body: JSON.stringify(copy) }
}
