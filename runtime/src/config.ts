import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createErrorFactory } from '@nexus/plugin-api'
import { parse } from 'yaml'
import { z } from 'zod'
import { CONTAINMENT_LEVELS } from './sandbox/containment/containment.ts'

const configErrors = {
  CONFIG_INVALID: { fault: 'caller', status: 500, title: 'The configuration cannot be used' },
} as const
const configError = createErrorFactory(configErrors)

const databaseUrl = z
  .string()
  .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'Expected `sqlite:<path>` or `postgres://user@host/database`.')

/** The configuration of the host process. Each field: what it means, what happens without it, what is unsafe about it. */
const configSchema = z.strictObject({
  /** Address to listen on. Default loopback; any other address serves the network: put TLS in front of it. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Port of UI, API and MCP endpoints; 0 takes a free one. */
  port: z.coerce.number().int().min(0).max(65_535).default(7400),
  /** The URL under which clients reach this host. Default `http://<host>:<port>`. Its host name is accepted in requests. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Database of the host. Default a SQLite file in the data folder. */
  database: databaseUrl.optional(),
  /** URL of a registry elsewhere, or `file:` and the folder of a mirror. Without it the registry runs in this process. */
  registryUrl: z.url({ protocol: /^(?:https?|file)$/ }).optional(),
  /** Port of the embedded registry; 0 takes a free one. */
  registryPort: z.coerce.number().int().min(0).max(65_535).default(7401),
  /** Database of the embedded registry. Default a second SQLite file in the data folder. */
  registryDatabase: databaseUrl.optional(),
  /** Key-encryption key, 32 bytes in base64. Without it a key file in the data folder is made: keep a copy of it elsewhere. */
  secretKey: z.string().optional(),
  /** Weakest containment to start stdio servers with. Default `none`: the strongest the machine offers, whatever that is. */
  processContainment: z.enum(CONTAINMENT_LEVELS).default('none'),
  /** Address of an OpenAI-compatible `/embeddings`: tools are then found by meaning too. Their names and descriptions go there. */
  embeddingsUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Name of the model there; nothing is sent without it. */
  embeddingsModel: z.string().min(1).max(200).optional(),
  /** Sent there as a bearer token. */
  embeddingsKey: z.string().min(1).optional(),
  /** How often installations that take updates by themselves look for newer releases, seconds. Default an hour, with some jitter. */
  updateCheckSeconds: z.coerce.number().min(1).max(604_800).default(3_600),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  /**
   * For authors: debuggers may attach to plugins, which then run outside of their isolate, without limits of time. Default
   * off, and refused unless the host listens on loopback only.
   */
  developerMode: z.stringbool().or(z.boolean()).default(false),
  /** One JSON line per event on standard output instead of text for people. */
  json: z.stringbool().or(z.boolean()).default(false),
})

/** The configuration of the host, parsed once and passed down. */
export type Config = Readonly<z.infer<typeof configSchema>> & {
  readonly dataDir: string
  /** What npm needs to reach its registry from this machine: its own settings, proxies, home and path. */
  readonly npmEnvironment: Readonly<Record<string, string>>
  readonly database: string
  readonly registryDatabase: string
}

const FROM_ENVIRONMENT = {
  NEXUS_HOST: 'host',
  NEXUS_PORT: 'port',
  NEXUS_PUBLIC_URL: 'publicUrl',
  NEXUS_DATABASE_URL: 'database',
  NEXUS_REGISTRY_URL: 'registryUrl',
  NEXUS_REGISTRY_PORT: 'registryPort',
  NEXUS_REGISTRY_DATABASE_URL: 'registryDatabase',
  NEXUS_SECRET_KEY: 'secretKey',
  NEXUS_PROCESS_CONTAINMENT: 'processContainment',
  NEXUS_EMBEDDINGS_URL: 'embeddingsUrl',
  NEXUS_EMBEDDINGS_MODEL: 'embeddingsModel',
  NEXUS_EMBEDDINGS_KEY: 'embeddingsKey',
  NEXUS_UPDATE_CHECK_SECONDS: 'updateCheckSeconds',
  NEXUS_LOG_LEVEL: 'logLevel',
  NEXUS_DEVELOPER_MODE: 'developerMode',
  NEXUS_JSON: 'json',
} as const

/** Reads `<data>/config.yaml`, then the environment, which wins. Throws `CONFIG_INVALID` naming what is wrong and where. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const dataDir = resolve(environment['NEXUS_DATA'] ?? 'data')
  const fromFile = readConfigFile(join(dataDir, 'config.yaml'))
  const fromEnvironment: Record<string, string> = {}
  for (const [variable, field] of Object.entries(FROM_ENVIRONMENT)) {
    const value = environment[variable]
    if (value !== undefined && value !== '') fromEnvironment[field] = value
  }
  const parsed = configSchema.safeParse({ ...fromFile, ...fromEnvironment })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const field = issue?.path.join('.') ?? ''
    const variable = Object.entries(FROM_ENVIRONMENT).find(
      ([name, known]) => known === field && environment[name] !== undefined,
    )?.[0]
    const where = variable ?? `${join(dataDir, 'config.yaml')}${field === '' ? '' : `, field ${field}`}`
    throw configError('CONFIG_INVALID', `The configuration is wrong in ${where}: ${issue?.message ?? 'unreadable'}`)
  }
  checkDeveloperMode(parsed.data)
  return Object.freeze({
    ...parsed.data,
    dataDir,
    npmEnvironment: Object.freeze(npmEnvironment(environment)),
    database: parsed.data.database ?? `sqlite:${join(dataDir, 'nexus.sqlite')}`,
    registryDatabase: parsed.data.registryDatabase ?? `sqlite:${join(dataDir, 'registry', 'registry.sqlite')}`,
  })
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/

function checkDeveloperMode({ developerMode, host, publicUrl }: z.infer<typeof configSchema>): void {
  if (!developerMode) return
  const names = [host, ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])]
  const other = names.find((name) => !LOOPBACK.test(name))
  if (other === undefined) return
  throw configError(
    'CONFIG_INVALID',
    `Expected developer mode on a host of this machine alone, found it reachable as ${other}. Listen on 127.0.0.1, or leave developer mode off.`,
  )
}

function readConfigFile(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {}
  try {
    const content: unknown = parse(readFileSync(path, 'utf8')) ?? {}
    return z.record(z.string(), z.unknown()).parse(content)
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw configError('CONFIG_INVALID', `The configuration file ${path} cannot be read as YAML: ${found}`, { cause })
  }
}

const NPM_VARIABLE =
  /^(PATH|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|TMPDIR|TEMP|TMP|LANG|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|(https?|no|all)_proxy|npm_config_.*)$/i

function npmEnvironment(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const kept = Object.entries(environment).filter(([name, value]) => value !== undefined && NPM_VARIABLE.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']))
}
