import { type RequestListener, createServer } from 'node:http'
import { join, resolve } from 'node:path'
import type { AccountOptions, SignUpMode } from './accounts/account-state.ts'
import { registryError } from './errors.ts'
import { createApp } from './http/create-app.ts'
import { CLOSE_GRACE_MS } from './limits.ts'
import { type RegistryLogger, SILENT_LOGGER } from './logger.ts'
import { openProofChecker } from './publishers/recheck-proofs.ts'
import { openNpmFront } from './npm/open-npm-front.ts'
import { openStore } from './store/open-store.ts'
import { openDispatcher } from './webhooks/open-dispatcher.ts'

export interface RegistryOptions {
  /** Folder for bundles, uploads and the registry's key. It belongs to one process. */
  readonly dataDir: string
  /** Default: `registry.db` in the data folder. */
  readonly databaseUrl?: string
  /** Default `127.0.0.1`. Any other address offers the registry to the network: put TLS in front of it. */
  readonly host?: string
  /** Default 0: any free port. */
  readonly port?: number
  /** Token that may create publishers, keys and tokens. Absent: nobody may. At least 32 characters. */
  readonly adminToken?: string
  /** Who may make an account. Default: `open` on loopback, else `invite`. */
  readonly signUp?: SignUpMode
  /** Where people and tools reach the registry. Absent: the address that a request names. */
  readonly publicUrl?: string
  /** Networks of proxies in front whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[]
  /** Issuers of workflow identities besides GitHub's and GitLab's. */
  readonly oidcIssuers?: readonly string[]
  /** Hosts inside the own network that webhooks may reach, `host` or `host:port`; those also without TLS. */
  readonly privateTargets?: readonly string[]
  /** DNS servers for proofs of namespaces; absent: those of the machine. */
  readonly dnsServers?: readonly string[]
  readonly logger?: RegistryLogger
}

/** A registry that listens. */
export interface Registry extends AsyncDisposable {
  /** For example `http://127.0.0.1:8788`. */
  readonly url: string
  /** Stops taking requests, lets those in flight finish, then closes the store. */
  close(): Promise<void>
}

/** Opens the store and serves the API. */
export async function openRegistry(options: RegistryOptions): Promise<Registry> {
  if (options.adminToken !== undefined && options.adminToken.length < 32) {
    throw registryError(
      'REGISTRY_CONFIG_INVALID',
      'Expected an admin token of at least 32 characters, found a shorter one.',
    )
  }
  const dataDir = resolve(options.dataDir)
  const logger = options.logger ?? SILENT_LOGGER
  await using stack = new AsyncDisposableStack()
  const databaseUrl = options.databaseUrl ?? `sqlite:${join(dataDir, 'registry.db')}`
  const host = options.host ?? '127.0.0.1'
  const signUp = options.signUp ?? (isLoopback(host) ? 'open' : 'invite')
  const store = stack.use(
    await openStore({ databaseUrl, dataDir, logger, accounts: accountOptions(options, signUp, logger) }),
  )
  const { privateTargets = [] } = options
  stack.use(await openDispatcher(store, { logger, privateTargets }))
  stack.use(openProofChecker(store))
  const { adminToken, publicUrl, trustedProxies } = options
  const npm = stack.use(openNpmFront(store, { adminToken, logger, publicUrl, trustedProxies }))
  const app = createApp(store, { adminToken, logger, publicUrl, trustedProxies, privateTargets }).callback()
  const port = await listen(
    // Packuments and bundles first: the framework behind it would cost more than they do.
    (request, response) => {
      if (!npm.serve(request, response)) void app(request, response)
    },
    host,
    options.port ?? 0,
    stack,
  )
  // Whoever follows the log would keep the server from closing.
  stack.defer(() => store.feed.close())
  const closing = stack.move()
  const close = () => closing.disposeAsync()
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, close, [Symbol.asyncDispose]: close }
}

function accountOptions(options: RegistryOptions, signUp: SignUpMode, logger: RegistryLogger): AccountOptions {
  const { privateTargets = [], oidcIssuers = [], dnsServers } = options
  return { signUp, logger, privateTargets, oidcIssuers, ...(dnsServers === undefined ? {} : { dnsServers }) }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}

async function listen(
  serve: RequestListener,
  host: string,
  port: number,
  stack: AsyncDisposableStack,
): Promise<number> {
  const server = createServer(serve)
  await new Promise<void>((opened, failed) => {
    server.once('error', failed)
    server.listen(port, host, opened)
  })
  stack.defer(async () => {
    const closed = new Promise((done) => server.close(done))
    server.closeIdleConnections()
    const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
    await closed
    clearTimeout(grace)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('Expected the server to have a port.')
  return address.port
}
