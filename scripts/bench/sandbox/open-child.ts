import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Contender, textOf } from './contender.ts'
import { speakTexts } from './text-frames.ts'

/** The least a cell could be; what Nexus costs is told as a multiple of it. */
export const MINIMAL = 'isolate in a child, nothing else'

/** A process that answers over a socket pair: what the way there and back costs on this machine. */
export const openBareChild = (): Contender => openChild('bare child process', 'bare')

/** The shape of a cell without anything of a cell: one isolate in a process over a socket pair. */
export const openIsolateChild = (): Contender => openChild(MINIMAL, 'isolate')

function openChild(name: string, kind: 'bare' | 'isolate'): Contender {
  const program = fileURLToPath(new URL('child-main.ts', import.meta.url))
  // On Linux and macOS Node makes such a pipe as a pair of unix sockets. isolated-vm needs a Node without its snapshot.
  const child = spawn(process.execPath, ['--no-node-snapshot', program, kind], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const exited = once(child, 'exit')
  const socket = child.stdio[3]
  if (!(socket instanceof Duplex)) throw new Error('Expected a socket to the child process, found none.')
  const waiting = new Map<number, (text: string) => void>()
  const send = speakTexts(socket, (id, text) => {
    waiting.get(id)?.(text)
    waiting.delete(id)
  })
  let last = 0
  return {
    name,
    echo: async (text) =>
      textOf(
        await new Promise<string>((resolve) => {
          last += 1
          waiting.set(last, resolve)
          send(last, JSON.stringify({ text }))
        }),
      ),
    processes: () => (child.pid === undefined ? [] : [child.pid]),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
