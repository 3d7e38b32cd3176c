import { Session } from 'node:inspector'

/** A debugger's line to the plugin's thread. */
export interface ThreadInspection {
  /** One message of the Chrome DevTools Protocol. */
  dispatch(message: string): void
  close(): void
}

interface Attached {
  readonly params: { readonly sessionId: string }
}
interface Received {
  readonly params: { readonly sessionId: string; readonly message: string }
}

// Numbers of messages of our own; no debugger counts so far.
const RESUME = 2_147_483_645
const NUDGE = 2_147_483_646
const LAST_WORDS = 2_147_483_647
/** An idle thread sometimes sleeps through a message until the next one comes: it gets one this often, milliseconds. */
const NUDGE_MS = 100

const ANSWER = /^\{"id":(\d+)/

/**
 * Attaches to the one worker thread of this process, which may stand still for as long as somebody looks: this thread
 * goes on. Messages that come before it is attached wait.
 */
export function inspectThread(onMessage: (message: string) => void): ThreadInspection {
  const session = new Session()
  session.connect()
  const waiting: string[] = []
  const unanswered = new Set<number>()
  let sessionId: string | undefined
  let isClosing = false

  const post = (message: string): void => {
    if (sessionId === undefined) waiting.push(message)
    else session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
  }
  const ask = (id: number, method: string): void => post(JSON.stringify({ id, method }))
  const nudging = setInterval(() => {
    if (unanswered.size > 0) ask(NUDGE, 'Runtime.getIsolateId')
  }, NUDGE_MS)
  const end = (): void => {
    clearInterval(nudging)
    session.disconnect()
  }
  session.on('NodeWorker.attachedToWorker', ({ params }: Attached) => {
    if (sessionId !== undefined) return
    sessionId = params.sessionId
    for (const message of waiting.splice(0)) post(message)
  })
  session.on('NodeWorker.receivedMessageFromWorker', ({ params: { sessionId: of, message } }: Received) => {
    if (of !== sessionId) return
    const id = Number(ANSWER.exec(message)?.[1] ?? -1)
    unanswered.delete(id)
    if (isClosing) {
      if (id === LAST_WORDS) end()
    } else if (id !== NUDGE) onMessage(message)
  })
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  return {
    dispatch(message) {
      const id = idOf(message)
      if (id !== undefined) unanswered.add(id)
      post(message)
    },
    close() {
      isClosing = true
      unanswered.add(LAST_WORDS)
      // A thread that stands at a breakpoint goes on when nobody looks any more; its answer ends the session.
      ask(RESUME, 'Debugger.resume')
      ask(LAST_WORDS, 'Debugger.disable')
    },
  }
}

function idOf(message: string): number | undefined {
  try {
    const parsed: unknown = JSON.parse(message)
    const id = typeof parsed === 'object' && parsed !== null && 'id' in parsed ? parsed.id : undefined
    return typeof id === 'number' ? id : undefined
  } catch {
    // Not JSON: the thread says so itself.
    return undefined
  }
}
