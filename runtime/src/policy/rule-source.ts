import { createSerial } from '../identity/serial.ts'
import type { Store } from '../store/store.ts'
import { type RuleTable, createRuleTable } from './rule-table.ts'

/** The rules of the store, kept in memory. */
export interface RuleSource {
  /** `undefined` while it is not known what the store holds: then nothing is allowed. */
  readonly table: RuleTable | undefined
  /** Reads the rules after a failure; callers who come meanwhile share the attempt. */
  restored(): Promise<RuleTable>
  reload(): Promise<void>
  /** Runs a change alone. Each `write` in it is in the table before it resolves. */
  change<Result>(task: (write: Write) => Promise<Result>): Promise<Result>
}

export type Write = <Result>(statement: () => Promise<Result>) => Promise<Result>

export async function loadRuleSource(store: Pick<Store, 'policyRules'>): Promise<RuleSource> {
  const inTurn = createSerial()
  let table: RuleTable | undefined
  let restoring: Promise<RuleTable> | undefined

  const load = async (): Promise<RuleTable> => {
    try {
      table = createRuleTable(await store.policyRules.list())
      return table
    } catch (error) {
      table = undefined
      throw error
    }
  }

  /** Whether a failed statement reached the store nobody knows: the table is read again either way. */
  const write: Write = async (statement) => {
    try {
      return await statement()
    } finally {
      await load()
    }
  }

  await load()
  return {
    get table() {
      return table
    },
    restored() {
      restoring ??= inTurn(load).finally(() => {
        restoring = undefined
      })
      return restoring
    },
    async reload() {
      await inTurn(load)
    },
    change: (task) => inTurn(() => task(write)),
  }
}
