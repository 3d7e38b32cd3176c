import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { SandboxInspector } from './inspector.ts'

/** Largest message of a debugger, bytes. */
const MAX_MESSAGE_BYTES = 16 * 1_048_576
const PATH = /^\/inspect\/([A-Za-z0-9_-]{43})(\/json(?:\/list|\/version)?)?\/?$/
const TOKEN_BYTES = 32
const CLOSE_NO_PLUGIN = 1011

/** Where a debugger is told to go. */
export interface InspectorAddress {
  readonly webSocketUrl: string
  /** To be pasted into the address bar of Chrome. */
  readonly devtoolsUrl: string
  /** Lists the one target, as Chrome's own protocol does. */
  readonly listUrl: string
}

export interface InspectorDoorParts {
  /** Origin of this host. */
  readonly url: string
  readonly inspectorOf: (installationId: string) => SandboxInspector | undefined
}

/**
 * The way in for debuggers, in developer mode: a path that nobody can guess for each installation that an admin opened.
 * Web pages cannot use it even if they learn it: their browsers say where they come from.
 */
export interface InspectorDoor extends Disposable {
  open(installationId: string, title: string): InspectorAddress
  close(installationId: string): void
  /** Answers lists; false when the path is not one of these. */
  answer(request: IncomingMessage, response: ServerResponse): boolean
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

interface Target {
  readonly installationId: string
  readonly title: string
}

export function createInspectorDoor({ url, inspectorOf }: InspectorDoorParts): InspectorDoor {
  const targets = new Map<string, Target>()
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })
  const debuggers = createDebuggers()

  const addressOf = (token: string): InspectorAddress => {
    const place = `${new URL(url).host}/inspect/${token}`
    return {
      webSocketUrl: `ws://${place}`,
      devtoolsUrl: `devtools://devtools/bundled/js_app.html?experiments=true&v8only=true&ws=${place}`,
      listUrl: `${url}/inspect/${token}/json/list`,
    }
  }
  const find = (request: IncomingMessage) => {
    const [, token = '', list] = PATH.exec(request.url?.split('?')[0] ?? '') ?? []
    const target = targets.get(token)
    return target === undefined || !isFromHere(request, url) ? undefined : { token, target, list }
  }
  return {
    open(installationId, title) {
      const [known] = [...targets].find(([, target]) => target.installationId === installationId) ?? []
      const token = known ?? randomBytes(TOKEN_BYTES).toString('base64url')
      targets.set(token, { installationId, title })
      return addressOf(token)
    },
    close(installationId) {
      for (const [token, target] of targets) if (target.installationId === installationId) targets.delete(token)
      debuggers.close(installationId)
    },
    answer(request, response) {
      const found = find(request)
      if (found?.list === undefined) return false
      const body = found.list.endsWith('/version') ? VERSION : [describe(found.target, addressOf(found.token))]
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
      response.end(JSON.stringify(body))
      return true
    },
    upgrade(request, socket, head) {
      const found = find(request)
      const inspector = found === undefined ? undefined : inspectorOf(found.target.installationId)
      if (found === undefined || found.list !== undefined || inspector === undefined) {
        socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
        return
      }
      const { installationId } = found.target
      server.handleUpgrade(request, socket, head, (client) => {
        debuggers.add(installationId, client)
        attach(client, inspector)
      })
    },
    [Symbol.dispose]() {
      for (const { installationId } of targets.values()) debuggers.close(installationId)
      targets.clear()
      server.close()
    },
  }
}

/** The debuggers that are attached, by installation. */
function createDebuggers() {
  const sockets = new Map<string, Set<WebSocket>>()
  return {
    add(installationId: string, client: WebSocket): void {
      const open = sockets.get(installationId) ?? new Set()
      sockets.set(installationId, open.add(client))
      client.once('close', () => {
        open.delete(client)
        if (open.size === 0) sockets.delete(installationId)
      })
    },
    close(installationId: string): void {
      for (const client of sockets.get(installationId) ?? []) client.close(CLOSE_NO_PLUGIN, 'The door was closed.')
    },
  }
}

const VERSION = { Browser: 'nexus', 'Protocol-Version': '1.1' }

function describe({ installationId, title }: Target, { webSocketUrl, devtoolsUrl }: InspectorAddress) {
  return {
    description: 'A Nexus plugin',
    devtoolsFrontendUrl: devtoolsUrl,
    id: installationId,
    title,
    type: 'node',
    url: title,
    webSocketDebuggerUrl: webSocketUrl,
  }
}

function attach(client: WebSocket, inspector: SandboxInspector): void {
  const inspection = inspector.connect((message) => client.send(message))
  client.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isBinary) inspection.send(data.toString('utf8'))
  })
  client.once('close', () => inspection[Symbol.dispose]())
  client.once('error', () => client.terminate())
}

/** A page of a site says its origin, a debugger says none or its own; a name that was bent to this address is refused. */
function isFromHere({ headers }: IncomingMessage, url: string): boolean {
  const { origin, host } = headers
  const { port } = new URL(url)
  const names = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`)
  if (host === undefined || !names.includes(host)) return false
  return origin === undefined || origin === 'devtools://devtools' || origin === url
}
