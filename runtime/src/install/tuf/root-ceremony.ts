import { rm } from 'node:fs/promises'
import {
  type RootDraft,
  type RootStatus,
  rootDraft,
  registryRoutes as routes,
  tufRoot,
  tufTargets,
} from '@nexus/registry/contract'
import { makeRoot, newKey, readSigner, signMetadata, toSigner } from '@nexus/registry/tuf'
import { createHttpAgent } from '../http-agent.ts'
import { renameDurably, writeDurably } from '../durable-file.ts'
import { exchange, readAnswer } from '../registry-exchange.ts'
import { hostTufError } from './errors.ts'

/** The steps in which people renew a root or replace its keys. None of them needs a private key but signing. */
export interface RootCeremony extends AsyncDisposable {
  status(): Promise<RootStatus>
  /** The next root, unsigned. New private keys are written to new files. */
  draft(change: RootChange): Promise<RootDraft>
  /** Puts a root in place that enough keys signed. */
  install(draft: unknown, adminToken: string): Promise<RootDraft['root']['signed']>
}

/** What changes with the next root; nothing: it is renewed for another year. */
export interface RootChange {
  /** Ids of root keys that go. */
  readonly replace: readonly string[]
  /** Files for the root keys that come, as many as go. */
  readonly newKeys: readonly string[]
  /** File for a new key of the registry itself. */
  readonly newOnlineKey: string | undefined
}

export function openRootCeremony(url: string): RootCeremony {
  const agent = createHttpAgent()
  const fetchFile = async (file: string): Promise<unknown> =>
    JSON.parse((await exchange(url, agent, { route: routes.tufMetadata, params: { file } })).toString('utf8'))
  const status = async () => readAnswer(await exchange(url, agent, { route: routes.tufRoot }), routes.tufRoot.response)
  return {
    status,
    async draft(change) {
      const { version, targetsVersion } = await status()
      const root = tufRoot.parse(await fetchFile(`${version}.root.json`)).signed
      const targets = tufTargets.parse(await fetchFile(`${targetsVersion}.targets.json`)).signed
      const kept = root.roles.root.keyids.filter((id) => !change.replace.includes(id))
      if (root.roles.root.keyids.length - kept.length !== change.newKeys.length) {
        throw hostTufError(
          'TUF_INVALID',
          `Expected one new key file for each of ${change.replace.length} root keys that go, found ${change.newKeys.length}.`,
        )
      }
      const known = [...kept, ...root.roles.timestamp.keyids].flatMap((id) => root.keys[id] ?? [])
      const onlineKey = change.newOnlineKey === undefined ? known.at(-1) : (await createKey(change.newOnlineKey)).key
      if (onlineKey === undefined)
        throw hostTufError('TUF_INVALID', 'Expected the registry’s key in its root, found none.')
      const added = await Promise.all(change.newKeys.map(createKey))
      return makeRoot({
        rootVersion: version + 1,
        targetsVersion: targetsVersion + 1,
        rootKeys: [...known.slice(0, kept.length), ...added.map(({ key }) => key)],
        onlineKey,
        files: targets.targets,
        now: new Date(),
      })
    },
    async install(value, token) {
      const draft = readDraft(value)
      await exchange(url, agent, { route: routes.installTufRoot, json: draft, token })
      return draft.root.signed
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}

/** Signs a draft with a root key. Needs no network: this is what happens where the key is kept. */
export async function signDraft(value: unknown, keyFile: string): Promise<{ draft: RootDraft; keyId: string }> {
  const { root, targets } = readDraft(value)
  const signer = await readSigner(keyFile)
  const draft = rootDraft.parse({ root: signMetadata(root, [signer]), targets: signMetadata(targets, [signer]) })
  return { draft, keyId: signer.keyId }
}

/** The root in a file, as people are asked about it. */
export function readRoot(text: string): RootDraft['root']['signed'] {
  return tufRoot.parse(JSON.parse(text)).signed
}

function readDraft(value: unknown): RootDraft {
  const draft = rootDraft.safeParse(value)
  if (draft.success) return draft.data
  throw hostTufError('TUF_INVALID', 'Expected the draft of a root, found something else.', {
    details: { layer: 'tuf', expected: 'a draft of a root', found: draft.error.issues[0]?.message ?? '' },
  })
}

/** Writes a draft so that a crash leaves the old one or the new one. */
export async function writeDraft(path: string, draft: RootDraft): Promise<void> {
  const next = `${path}.new`
  await rm(next, { force: true })
  await writeDurably(next, `${JSON.stringify(draft, undefined, 2)}\n`, 0o644)
  await renameDurably(next, path)
}

/** A new private key in a new file; a file that is there is never replaced. */
async function createKey(path: string) {
  const key = newKey()
  await writeDurably(path, key.export({ type: 'pkcs8', format: 'pem' }), 0o600)
  return toSigner(key)
}
