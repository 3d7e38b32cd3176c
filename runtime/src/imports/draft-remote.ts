import type { ServerDocument } from '@nexus/registry/contract'
import { readTemplate } from './argument-inputs.ts'
import type { Draft } from './draft.ts'
import { importError } from './errors.ts'

type Remote = NonNullable<ServerDocument['remotes']>[number]
type Header = NonNullable<Remote['headers']>[number]

/** Headers whose value is a credential, whatever the entry says of it. */
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key', 'api-key'])

/** A server elsewhere for `nexus/remote`. One header may hold a secret: the host puts it there. */
export function draftRemote(remote: Remote): Draft {
  if (remote.type !== 'streamable-http') {
    throw importError(
      'IMPORT_TRANSPORT',
      'Expected a server that speaks Streamable HTTP, found one with the older HTTP+SSE. Ask its operator for the newer address.',
    )
  }
  const { variables } = remote
  const url = readTemplate('url', 'Address', { value: remote.url, ...(variables !== undefined && { variables }) })
  if (url.inputs.some(({ secret }) => secret)) {
    throw importError(
      'IMPORT_SECRETS',
      'Expected secrets in a header, found one in the address, which is logged by many.',
    )
  }
  const headers = remote.headers ?? []
  const secrets = headers.filter(isCredential)
  if (secrets.length > 1) {
    throw importError(
      'IMPORT_SECRETS',
      `Expected one header with a secret, found ${secrets.map(({ name }) => name).join(', ')}. Install nexus/remote by hand.`,
    )
  }
  const token = secrets[0] === undefined ? undefined : readToken(secrets[0])
  const plain = headers
    .filter((header) => !isCredential(header))
    .map((header, index) => ({
      name: header.name,
      template: readTemplate(`header${index}`, header.name, header),
    }))
  return {
    title: remote.url,
    pluginId: 'nexus/remote',
    notes: [],
    // The address itself cannot be left open.
    inputs: [
      ...url.inputs.map((input) => ({ ...input, required: true })),
      ...(token === undefined ? [] : [token.input]),
      ...plain.flatMap(({ template }) => template.inputs),
    ],
    configure({ values, secrets: chosen }) {
      const lines = plain.flatMap(({ name, template }) => {
        const value = template.fill(values)
        return value === undefined || value === '' ? [] : [`${name}: ${value}`]
      })
      return {
        url: url.fill(values) ?? remote.url,
        ...(lines.length > 0 && { headers: lines }),
        ...(token === undefined || chosen['token'] === undefined ? {} : { ...token.config, token: chosen['token'] }),
      }
    },
  }
}

function isCredential(header: Header): boolean {
  const inside = Object.values(header.variables ?? {}).some(({ isSecret }) => isSecret === true)
  return header.isSecret === true || inside || CREDENTIALS.has(header.name.toLowerCase())
}

/** `Bearer {token}` → the form that the secret is put into; without a pattern the secret is the whole value. */
function readToken(header: Header) {
  const places = [...(header.value ?? '').matchAll(/\{([^{}]+)\}/g)]
  if (header.value !== undefined && places.length !== 1) {
    throw importError(
      'IMPORT_SECRETS',
      `Expected one secret in the header ${header.name}, found ${places.length}. Install nexus/remote by hand.`,
    )
  }
  const name = places[0]?.[1]
  const variable = name === undefined ? undefined : header.variables?.[name]
  const description = variable?.description ?? header.description
  return {
    input: {
      key: 'token',
      title: header.name,
      kind: 'text' as const,
      secret: true,
      required: (variable?.isRequired ?? header.isRequired) === true,
      ...(description === undefined ? {} : { description }),
    },
    config: {
      header: header.name,
      format: name === undefined ? '{}' : (header.value ?? '').replace(`{${name}}`, '{}'),
    },
  }
}
