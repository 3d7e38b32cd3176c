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

/** Number of the last message of a session; no debugger counts so far. */
const LAST_WORDS = 2_147_483_647

/**
 * Attaches to the one worker thread of this process, which may stand still for as long as somebody looks: this thread
 * goes on. Messages that come before it is attached wait.
 */
export function inspectThread(onMessage: (message: string) => void): ThreadInspection {
  const session = new Session()
  session.connect()
  const waiting: string[] = []
  let sessionId: string | undefined
  let isClosing = false
  const dispatch = (message: string): void => {
    if (sessionId === undefined) waiting.push(message)
    else session.post('NodeWorker.sendMessageToWorker', { sessionId, message })
  }
  session.on('NodeWorker.attachedToWorker', ({ params }: Attached) => {
    if (sessionId !== undefined) return
    sessionId = params.sessionId
    for (const message of waiting.splice(0)) dispatch(message)
  })
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }: Received) => {
    if (params.sessionId !== sessionId) return
    if (!isClosing) onMessage(params.message)
    else if (params.message.includes(`"id":${LAST_WORDS}`)) session.disconnect()
  })
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
  return {
    dispatch,
    close() {
      isClosing = true
      // A thread that stands at a breakpoint goes on when nobody looks any more; its answer ends the session.
      dispatch(JSON.stringify({ id: LAST_WORDS - 1, method: 'Debugger.resume' }))
      dispatch(JSON.stringify({ id: LAST_WORDS, method: 'Debugger.disable' }))
    },
  }
}
