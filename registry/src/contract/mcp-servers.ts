import { z } from 'zod'
import { isoDate } from './identifiers.ts'
import { plainLine } from './texts.ts'

// The MCP Registry's `server.json` and read API, https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json.

export const SERVER_SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'
/** Where a registry says what it knows of an entry, in `_meta`. */
export const OFFICIAL_META = 'io.modelcontextprotocol.registry/official'
/** Where the entry's author says more, in `_meta`. */
export const PUBLISHER_META = 'io.modelcontextprotocol.registry/publisher-provided'

const input = z.object({
  description: z.string().max(2_000).optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  format: z.enum(['string', 'number', 'boolean', 'filepath']).optional(),
  default: z.string().max(2_000).optional(),
  value: z.string().max(2_000).optional(),
  placeholder: z.string().max(2_000).optional(),
  choices: z.array(z.string().max(500)).max(100).optional(),
})
const inputWithVariables = input.extend({ variables: z.record(z.string().max(100), input).optional() })
const keyValueInput = inputWithVariables.extend({ name: z.string().min(1).max(200) })

const argument = z.discriminatedUnion('type', [
  inputWithVariables.extend({
    type: z.literal('positional'),
    valueHint: z.string().max(200).optional(),
    isRepeated: z.boolean().optional(),
  }),
  inputWithVariables.extend({
    type: z.literal('named'),
    name: z.string().min(1).max(200),
    isRepeated: z.boolean().optional(),
  }),
])

const address = z
  .string()
  .max(2_000)
  .regex(/^(https?:\/\/[^\s]+|\{[a-zA-Z_][a-zA-Z0-9_]*\}[^\s]*)$/)
const headers = z.array(keyValueInput).max(50).optional()
const remote = z.discriminatedUnion('type', [
  z.object({ type: z.literal('streamable-http'), url: address, headers }),
  z.object({ type: z.literal('sse'), url: address, headers }),
])

export const serverPackage = z.object({
  /** `npm`, `pypi`, `oci`, `nuget`, `mcpb`, …; `nexus` is a plugin of a Nexus registry. */
  registryType: z.string().min(1).max(40),
  registryBaseUrl: z.url().max(500).optional(),
  identifier: z.string().min(1).max(2_000),
  version: z.string().min(1).max(255).optional(),
  fileSha256: z
    .string()
    .regex(/^[a-f0-9]{64}$/)
    .optional(),
  runtimeHint: z.string().max(100).optional(),
  transport: z.union([z.object({ type: z.literal('stdio') }), remote]),
  runtimeArguments: z.array(argument).max(100).optional(),
  packageArguments: z.array(argument).max(100).optional(),
  environmentVariables: z.array(keyValueInput).max(100).optional(),
})

const remoteTransport = z.intersection(remote, z.object({ variables: z.record(z.string().max(100), input).optional() }))

export const serverName = z
  .string()
  .min(3)
  .max(200)
  .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/)

/** One exact version; ranges are refused. */
const serverVersion = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]*$/)
  .refine((version) => version !== 'latest' && !/(?:^|\.)[xX*](?:\.|$)/.test(version), 'Expected one exact version.')

/** `server.json`. Members that it does not name are dropped, `_meta` is kept as it is. */
export const serverDocument = z
  .object({
    $schema: z.url().max(300).optional(),
    name: serverName,
    title: plainLine(100).optional(),
    description: plainLine(100),
    version: serverVersion,
    repository: z
      .object({
        url: z.url().max(500),
        source: z.string().max(100),
        id: z.string().max(200).optional(),
        subfolder: z.string().max(500).optional(),
      })
      .optional(),
    websiteUrl: z.url().max(500).optional(),
    icons: z
      .array(
        z.object({
          src: z.url({ protocol: /^https$/ }).max(255),
          mimeType: z.string().max(50).optional(),
          sizes: z.array(z.string().max(20)).max(10).optional(),
          theme: z.enum(['light', 'dark']).optional(),
        }),
      )
      .max(10)
      .optional(),
    packages: z.array(serverPackage).max(20).optional(),
    remotes: z.array(remoteTransport).max(20).optional(),
    _meta: z.record(z.string().max(200), z.unknown()).optional(),
  })
  .meta({ id: 'ServerJson' })

export const serverStatus = z.enum(['active', 'deprecated', 'deleted'])

const official = z.object({
  status: serverStatus,
  statusMessage: z.string().optional(),
  statusChangedAt: isoDate,
  publishedAt: isoDate,
  updatedAt: isoDate,
  isLatest: z.boolean(),
})

export const serverResponse = z
  .object({ server: serverDocument, _meta: z.object({ [OFFICIAL_META]: official }) })
  .meta({ id: 'ServerResponse' })

export const serverList = z
  .object({
    servers: z.array(serverResponse),
    metadata: z.object({ nextCursor: z.string().optional(), count: z.int() }),
  })
  .meta({ id: 'ServerList' })

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export const serverQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  search: z.string().max(200).optional(),
  /** `latest`, or one exact version. */
  version: z.string().max(255).optional(),
  /** RFC 3339, with any offset. Deleted entries are told then, so that copies can drop them. */
  updated_since: z.iso.datetime({ offset: true }).optional(),
  include_deleted: flag.optional(),
})

export const oneServerQuery = z.object({ include_deleted: flag.optional() })

/** A plain server entry as its publisher gives it. */
export const serverEntryRequest = z.strictObject({ server: serverDocument })

export const serverStatusRequest = z.strictObject({
  status: serverStatus,
  statusMessage: plainLine(500).optional(),
})

export type ServerDocument = z.infer<typeof serverDocument>
export type ServerPackage = z.infer<typeof serverPackage>
export type ServerResponse = z.infer<typeof serverResponse>
export type ServerList = z.infer<typeof serverList>
export type ServerQuery = z.output<typeof serverQuery>
export type ServerStatusRequest = z.infer<typeof serverStatusRequest>
