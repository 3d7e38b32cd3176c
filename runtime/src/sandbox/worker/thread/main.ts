import { randomBytes } from 'node:crypto'
import { MessageChannel, parentPort, threadId, workerData } from 'node:worker_threads'
import { answerUrl } from '../../cell/answer-url.ts'
import { MAX_RANDOM_BYTES } from '../../cell/limits.ts'
import { open, prepare } from '../../guest/entry.ts'
import { entries, posts } from '../../guest/wire.ts'
import type { CallTask, ThreadBirth, ThreadEntry, ThreadHello, ThreadMessage } from '../words.ts'
import { clearGlobals } from './clear-globals.ts'
import { loadPlugin } from './load-plugin.ts'
import { createEntryLine, messageOf } from './run-entries.ts'

// One thread of a worker cell: what piscina loads. It clears the globals, runs the prelude that isolates run, evaluates
// the plugin, and is entered like an isolate. A worker thread is not a security boundary: this keeps honest code honest.

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the cell's main thread is the only one that starts this
const birth = workerData as ThreadBirth
const { port1: link, port2: otherEnd } = new MessageChannel()
const finished = new Map<number, () => void>()
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker threads, not a window
const send = (message: ThreadMessage): void => link.postMessage(message)
const line = createEntryLine({
  send,
  onCallOver(call) {
    finished.get(call)?.()
    finished.delete(call)
  },
})

/** What piscina calls: runs a handler, and settles when the call is over. The answer itself leaves over the link. */
export default function runCall([id, head, payload]: CallTask): Promise<void> {
  return new Promise((resolve) => {
    finished.set(id, resolve)
    line.enter(entries.call, id, head, payload, id)
  })
}

link.on('message', ([kind, id, text, of]: ThreadEntry) => {
  line.enter(kind, id, '', text, of)
  if (kind !== entries.cancel) return
  finished.get(id)?.()
  finished.delete(id)
})

// Node would end the thread; an isolate only tells, and so does this.
const tell = (error: unknown): void => {
  const message = error instanceof Error ? (error.stack ?? error.message) : 'Something that is not an Error was thrown.'
  send({ type: 'posted', post: [posts.log, 0, 'error', JSON.stringify({ level: 'error', message }), 0] })
}
process.on('unhandledRejection', tell)
process.on('uncaughtException', tell)

const hello: ThreadHello = { threadId, link: otherEnd }
parentPort?.postMessage(hello, [otherEnd])
void start()

async function start(): Promise<void> {
  try {
    prepareThread()
    const exported = await loadPlugin(birth.pluginId, birth.code)
    line.push({ call: 0, kind: 0, run: () => open(birth.boot, exported) })
  } catch (error) {
    const message = messageOf(error)
    line.push({ call: 0, kind: 0, run: () => [posts.failed, 0, '', JSON.stringify({ message }), 0] })
  }
}

/** From here on the globals are those that the plugin gets. */
function prepareThread(): void {
  const installWeb = clearGlobals()
  prepare((kind, id, head, text, of) => {
    if (kind === posts.url) return answerUrl(text)
    if (kind === posts.random) return id <= MAX_RANDOM_BYTES ? randomBytes(id).toString('hex') : ''
    send({ type: 'posted', post: [kind, id, head, text, of] })
    return ''
  }, JSON.stringify(birth.shape))
  installWeb()
}
