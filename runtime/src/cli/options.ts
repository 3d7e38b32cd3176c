import { cliError } from './errors.ts'

/** Collects an option that may be given several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** Reads `name=value` options. */
export function pairsOf(option: string, written: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    written.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw cliError('CLI_USAGE', `Expected ${option} name=value, found ${JSON.stringify(text)}.`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}
