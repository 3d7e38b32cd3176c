import type { ApprovalRow } from '../../store/approval.ts'
import { metaOf } from '../json-rpc.ts'
import { askModeOf, questionOf, waitingText } from './ask-client.ts'
import type { GateContext } from './gate-context.ts'
import type { Guarded } from './make-row.ts'
import { refusal } from './outcome.ts'
import { decideOwn } from './wait-modern.ts'

/**
 * Holds the call open until somebody decides, at most as long as the client has patience. A legacy client whose person
 * may decide is asked in between. `fresh` asks anew when an identical call was faster with the approval.
 */
export async function waitInQueue(
  context: GateContext,
  guarded: Guarded,
  first: ApprovalRow,
  fresh: () => ApprovalRow,
): Promise<ApprovalRow> {
  const { call } = guarded
  const token = metaOf(call.params)?.['progressToken']
  const hears = typeof token === 'string' || typeof token === 'number'
  const ends = performance.now() + (hears ? context.waits.queueWithProgressMs : context.waits.queueMs)
  let row: ApprovalRow = first
  using life = new DisposableStack()
  if (hears) life.use(tell(context, guarded, row, token))
  for (;;) {
    const settled = row.state === 'pending' ? await settle(context, guarded, row, ends - performance.now()) : row
    if (settled?.state === 'approved' && (await context.desk.use(settled, call.requestId))) return settled
    // An identical call was faster with it: this one needs an approval of its own.
    const taken = settled?.state === 'approved' || settled?.state === 'used'
    if (!taken) throw refusal(context, settled)
    row = await context.desk.open(fresh())
  }
}

async function settle(
  context: GateContext,
  guarded: Guarded,
  row: ApprovalRow,
  ms: number,
): Promise<ApprovalRow | undefined> {
  const { call } = guarded
  const { ask } = call
  const over = new AbortController()
  const decided = context.desk.settled(row.id, Math.max(ms, 0), AbortSignal.any([call.signal, over.signal]))
  if (ask === undefined || call.era !== 'legacy' || askModeOf(call, row) !== 'form') return decided
  const answered = ask(questionOf('form', row, context.queueUrl(row.id)), over.signal).then(
    (response) => decideOwn(context, guarded, row, response),
    // A client that could not ask its person waits as others do.
    () => decided,
  )
  try {
    // Whoever is first: the caller in the form, or somebody in the queue.
    return await Promise.race([decided, answered])
  } finally {
    // The other one is not waited for: the question is withdrawn, the queue not looked at any more.
    answered.catch(() => undefined)
    decided.catch(() => undefined)
    over.abort()
  }
}

/** Tells the client now and then that its call still waits, so that it does not give up. */
function tell(context: GateContext, { call }: Guarded, row: ApprovalRow, progressToken: string | number): Disposable {
  const message = waitingText(row, context.queueUrl(row.id))
  let told = 0
  const notify = () => {
    told += 1
    // Less than whatever the upstream reports later: progress only ever grows.
    const progress = told / 1_000_000
    call.notify({ method: 'notifications/progress', params: { progressToken, progress, message } })
  }
  notify()
  const timer = setInterval(notify, context.waits.progressMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
