import { createHash } from 'node:crypto'
import { packBundle } from '@nexus/registry/bundle'
import { type Answer, openTestRegistry } from '../http/open-test-registry.ts'

/** A publish request as npm sends it. */
export function publishBody(
  name: string,
  version: string,
  bundle: Uint8Array,
  change: {
    readonly tag?: string
    readonly manifest?: Readonly<Record<string, unknown>>
    readonly attachments?: Readonly<Record<string, unknown>>
    readonly document?: Readonly<Record<string, unknown>>
  } = {},
) {
  const integrity = `sha512-${createHash('sha512').update(bundle).digest('base64')}`
  const shasum = createHash('sha1').update(bundle).digest('hex')
  return {
    _id: name,
    name,
    'dist-tags': { [change.tag ?? 'latest']: version },
    versions: { [version]: { name, version, dist: { integrity, shasum }, ...change.manifest } },
    access: 'public',
    _attachments: {
      [`${name}-${version}.tgz`]: {
        content_type: 'application/octet-stream',
        data: Buffer.from(bundle).toString('base64'),
        length: bundle.length,
      },
      ...change.attachments,
    },
    ...change.document,
  }
}

/** The bundle of a plain package. */
export function plainBundle(
  name: string,
  version: string,
  change: { readonly packageJson?: Readonly<Record<string, unknown>>; readonly code?: string } = {},
) {
  return packBundle(
    new Map([
      ['package.json', JSON.stringify({ name, version, ...change.packageJson })],
      ['index.js', change.code ?? 'export default 1\n'],
      ['README.md', `# ${name}\n`],
    ]),
  )
}

/** A real registry and what npm's clients do with it, in single requests. */
export async function openNpm() {
  const registry = await openTestRegistry()
  const escape = (name: string) => name.replace('/', '%2f')
  const signUp = async (name: string): Promise<string> => {
    const answer = await registry.send('PUT', `/-/user/org.couchdb.user:${name}`, {
      json: { name, password: `password-of-${name}`, type: 'user' },
    })
    return String(Object(answer.body).token)
  }
  return {
    ...registry,
    signUp,
    escape,
    packument: async (name: string, headers: Readonly<Record<string, string>> = {}) =>
      registry.send('GET', `/${escape(name)}`, { headers: { ...headers } }),
    publishPackage: async (
      token: string,
      name: string,
      version: string,
      change: Parameters<typeof publishBody>[3] & Parameters<typeof plainBundle>[2] = {},
    ): Promise<Answer> => {
      const bundle = await plainBundle(name, version, change)
      return registry.send('PUT', `/${escape(name)}`, { token, json: publishBody(name, version, bundle, change) })
    },
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  }
}
