import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readBundle } from '@nexus/registry/bundle'
import type { SigningKey } from '@nexus/registry/signing'
import { createRegistryClient } from '../../../runtime/src/install/index.ts'
import { readPublisherFile, signingKeyOf } from '../../../runtime/src/publishing/publisher-file.ts'
import { packPlugin } from '../../../runtime/src/developer/pack/index.ts'
import { startTestHost } from '../../helpers/host.ts'
import { type Run, runNexus } from '../../runtime/cli/run-nexus.ts'
import { repack, signBundle } from './forge.ts'
import { registryFiles } from './registry-files.ts'

const echo = resolve(import.meta.dirname, '../../fixtures/plugins/echo')

/** What an admin hears who wants to install a release. */
interface Verdict {
  readonly status: number
  readonly code: string
  readonly detail: string
}

/** A real host with its registry, and a stranger at its command line who has packed the plugin `acme/echo`. */
export async function openStranger(env: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-stranger-'))
  const dataDir = join(folder, 'data')
  let host = await startTestHost({ dataDir, env })
  const registry = createRegistryClient(host.ready.registryUrl)
  const { tgz } = await packPlugin(echo)
  const { files } = await readBundle(tgz)

  const credentials = async () => {
    const found = await readPublisherFile(join(dataDir, 'keys', 'publisher-acme.json'))
    if (found === undefined) throw new Error('Expected the publisher acme: create it first.')
    return found
  }
  const key = async (): Promise<SigningKey> => signingKeyOf(await credentials())
  const pack = (version: string, manifest?: object, change?: Record<string, string>) =>
    repack(files, version, manifest, change)

  return {
    folder,
    dataDir,
    registry,
    /** The plugin as its author packed it. */
    tgz,
    pack,
    credentials,
    key,
    disk: registryFiles(dataDir),
    host: () => host,
    nexus: (...args: readonly string[]): Promise<Run> => runNexus(args, { env: { NEXUS_DATA: dataDir } }),
    /** Publishes the bundle, signed by this key or its publisher's. */
    async publish(bundle: Uint8Array, { signer }: { readonly signer?: SigningKey } = {}) {
      const signature = await signBundle(bundle, signer ?? (await key()))
      const { token } = await credentials()
      return await registry.publish(token, { id: 'acme/echo', bundle, signature })
    },
    async plan(version: string): Promise<Verdict> {
      const body = { pluginId: 'acme/echo', version }
      const answer = await host.api('POST', '/api/v1/installations/plan', body)
      return { status: answer.status, code: answer.body.code ?? 'PLANNED', detail: answer.body.detail ?? '' }
    },
    async restart(change: () => Promise<void>): Promise<void> {
      await host.stop()
      await change()
      host = await startTestHost({ dataDir, env })
    },
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]()
      await host.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type Stranger = Awaited<ReturnType<typeof openStranger>>
