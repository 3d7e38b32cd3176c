import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Baseline, freePort } from './baselines.ts'
import { onServerCore } from './cores.ts'
import { readResident } from './memory.ts'
import { openSseConnection } from './sse-connection.ts'

/** Version that is measured; its `/mcp` speaks HTTP+SSE only. */
const MCP_HUB = 'mcp-hub@4.2.1'
const READY_MS = 60_000

/** Another gateway, installed from npm into a folder of its own for this run. */
export interface Peer extends Baseline {
  readonly idleMiB: number | undefined
}

async function isReady(url: string): Promise<boolean> {
  const limit = sleep(2_000, undefined, { ref: false }).then(() => Promise.reject(new Error('silent')))
  const open = async () => {
    const connection = await openSseConnection({ url })
    const { tools } = await connection.request('tools/list', {})
    connection.close()
    return Array.isArray(tools) && tools.length > 0
  }
  return Promise.race([open(), limit]).catch(() => false)
}

/** mcp-hub in front of the echo server. Needs the npm registry, and time to install. */
export async function startMcpHub(upstreamUrl: string): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-peer-'))
  await writeFile(join(folder, 'package.json'), '{"private":true}')
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', MCP_HUB], { cwd: folder })
  const port = await freePort()
  const config = join(folder, 'mcp.json')
  await writeFile(config, JSON.stringify({ mcpServers: { remote: { url: upstreamUrl } } }))
  const home = join(folder, 'home')
  await mkdir(home)
  const cli = join(folder, 'node_modules', 'mcp-hub', 'dist', 'cli.js')
  const [command = process.execPath, ...args] = onServerCore([
    process.execPath,
    cli,
    '--port',
    String(port),
    '--config',
    config,
  ])
  const xdg = { XDG_STATE_HOME: join(home, 'state'), XDG_CONFIG_HOME: join(home, 'config'), XDG_DATA_HOME: home }
  const child = spawn(command, args, { stdio: 'ignore', env: { ...process.env, HOME: home, ...xdg } })
  const exited = once(child, 'exit')
  const url = `http://127.0.0.1:${port}/mcp`
  const until = performance.now() + READY_MS
  while (!(await isReady(url))) {
    if (performance.now() > until) {
      child.kill('SIGKILL')
      throw new Error(`Expected ${MCP_HUB} to be ready within ${READY_MS} ms.`)
    }
    await sleep(250)
  }
  const pid = child.pid ?? 0
  return {
    name: 'mcp-hub 4.2.1, HTTP+SSE',
    url,
    prefix: 'remote__',
    pid,
    idleMiB: readResident(pid),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}
