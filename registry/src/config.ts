import { z } from 'zod'
import { parseCidr } from './accounts/allowed-address.ts'
import { registryError } from './errors.ts'
import type { RegistryOptions } from './open-registry.ts'

const list = z.string().transform((text) => text.split(',').map((part) => part.trim()))
const cidrList = list.refine((cidrs) => cidrs.every((cidr) => parseCidr(cidr) !== undefined), 'Expected networks.')

/** The registry's environment. Nothing else reads it. */
const environment = z.object({
  /** Folder for everything the registry keeps. */
  NEXUS_REGISTRY_DATA: z.string().min(1).default('data/registry'),
  /** `sqlite:<path>` or `postgres://…`; absent: SQLite in the data folder. May hold a password: never logged. */
  NEXUS_REGISTRY_DATABASE: z.string().min(1).optional(),
  /** Address to listen on. Anything but loopback needs TLS in front, because tokens travel in requests. */
  NEXUS_REGISTRY_HOST: z.string().min(1).default('127.0.0.1'),
  NEXUS_REGISTRY_PORT: z.coerce.number().int().min(0).max(65_535).default(8788),
  /** Absent: nobody can create publishers and tokens. */
  NEXUS_REGISTRY_ADMIN_TOKEN: z.string().min(32).optional(),
  /** Who may make an account. Absent: anyone when the registry listens on loopback only, else whoever has an invite. */
  NEXUS_REGISTRY_SIGNUP: z.enum(['open', 'invite', 'closed']).optional(),
  /** Where people and tools reach the registry, for example `https://registry.example`. Absent: what a request names. */
  NEXUS_REGISTRY_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Networks of proxies in front, with commas between; only theirs is `X-Forwarded-For` believed. Absent: nobody's. */
  NEXUS_REGISTRY_TRUSTED_PROXIES: cidrList.optional(),
  /** Issuers of workflow identities besides GitHub's and GitLab's, with commas between. */
  NEXUS_REGISTRY_OIDC_ISSUERS: list.optional(),
  /** DNS servers that proofs of namespaces are looked up at, with commas between. Absent: those of the machine. */
  NEXUS_REGISTRY_DNS_SERVERS: list.optional(),
  /** Hosts inside the own network that webhooks may reach, with commas between, `host` or `host:port`. Absent: none. */
  NEXUS_REGISTRY_PRIVATE_TARGETS: list.optional(),
})

export function readConfig(env: Readonly<Record<string, string | undefined>>): RegistryOptions {
  const parsed = environment.safeParse(env)
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    throw registryError('REGISTRY_CONFIG_INVALID', `Expected valid environment variables, found: ${issues}`)
  }
  const config = parsed.data
  return Object.freeze({
    dataDir: config.NEXUS_REGISTRY_DATA,
    host: config.NEXUS_REGISTRY_HOST,
    port: config.NEXUS_REGISTRY_PORT,
    ...(config.NEXUS_REGISTRY_DATABASE === undefined ? {} : { databaseUrl: config.NEXUS_REGISTRY_DATABASE }),
    ...(config.NEXUS_REGISTRY_PUBLIC_URL === undefined ? {} : { publicUrl: config.NEXUS_REGISTRY_PUBLIC_URL }),
    ...(config.NEXUS_REGISTRY_TRUSTED_PROXIES === undefined
      ? {}
      : { trustedProxies: config.NEXUS_REGISTRY_TRUSTED_PROXIES }),
    ...(config.NEXUS_REGISTRY_OIDC_ISSUERS === undefined ? {} : { oidcIssuers: config.NEXUS_REGISTRY_OIDC_ISSUERS }),
    ...(config.NEXUS_REGISTRY_PRIVATE_TARGETS === undefined
      ? {}
      : { privateTargets: config.NEXUS_REGISTRY_PRIVATE_TARGETS }),
    ...(config.NEXUS_REGISTRY_DNS_SERVERS === undefined ? {} : { dnsServers: config.NEXUS_REGISTRY_DNS_SERVERS }),
    ...(config.NEXUS_REGISTRY_SIGNUP === undefined ? {} : { signUp: config.NEXUS_REGISTRY_SIGNUP }),
    ...(config.NEXUS_REGISTRY_ADMIN_TOKEN === undefined ? {} : { adminToken: config.NEXUS_REGISTRY_ADMIN_TOKEN }),
  })
}
