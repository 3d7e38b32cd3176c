import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'

const script = join(resolve(import.meta.dirname, '../../../..'), 'test/fixtures/mcp/faulty-http.ts')

/** `test/fixtures/mcp/faulty-http.ts` on a port of its own, or on one that was used before. */
export interface FaultyServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
}

export async function startFaultyServer(port = 0): Promise<FaultyServer> {
  const child: ChildProcess = spawn(process.execPath, [script, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
  const given = Number(line.toString('utf8'))
  return {
    url: `http://127.0.0.1:${given}/mcp`,
    port: given,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}
