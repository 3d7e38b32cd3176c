import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { onServerCore } from './cores.ts'
import { startProcess } from './start-process.ts'

/** Something else that passes MCP calls on, for comparison in the same run. */
export interface Baseline extends AsyncDisposable {
  readonly name: string
  readonly url: string
  /** Name of the echo tool behind it. */
  readonly prefix: string
  readonly pid: number
}

const here = dirname(fileURLToPath(import.meta.url))

/** The least a Node gateway has to do. */
export async function startMinProxy(upstreamUrl: string): Promise<Baseline> {
  const started = await startProcess(join(here, 'min-proxy.ts'), z.looseObject({ port: z.int() }), {}, [upstreamUrl])
  return {
    name: 'minimal proxy (node:http, undici)',
    url: `http://127.0.0.1:${started.ready.port}/mcp`,
    prefix: 'remote__',
    pid: started.pid,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  }
}

/** A port that nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

function nginxConfig(folder: string, port: number, upstream: URL): string {
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  upstream echo { server ${upstream.host}; keepalive 64; }
  server {
    listen 127.0.0.1:${port}; keepalive_requests 100000000;
    location / { proxy_pass http://echo; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
`
}

/** nginx that passes bytes on; `undefined` where it is not installed. */
export async function startNginx(upstreamUrl: string): Promise<Baseline | undefined> {
  if (spawnSync('nginx', ['-v'], { stdio: 'ignore' }).status !== 0) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-nginx-'))
  const port = await freePort()
  const config = join(folder, 'nginx.conf')
  // The worker must be the process that is measured.
  const text = `master_process off; ${nginxConfig(folder, port, new URL(upstreamUrl))}`
  await writeFile(config, text)
  const [command = 'nginx', ...args] = onServerCore(['nginx', '-p', folder, '-c', config])
  const child = spawn(command, args, { stdio: 'ignore' })
  const exited = once(child, 'exit')
  const url = `http://127.0.0.1:${port}/mcp`
  for (let tries = 0; tries < 100 && !(await answers(url)); tries += 1) await sleep(50)
  return {
    name: 'nginx, bytes passed on',
    url,
    prefix: '',
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer()
    return true
  } catch {
    return false
  }
}
