import { type RawEntry, type pluginFiles, rawBundle, rawEntry, validEntries } from '../fixtures.ts'

/** The classes of hostile input, and how many cases of each there are. */
export const CLASSES = {
  path: 36,
  content: 4,
  link: 27,
  mode: 3,
  collision: 11,
  bomb: 12,
  container: 25,
  manifest: 36,
  install: 1,
  xss: 4,
  semver: 12,
  name: 12,
  signature: 30,
  control: 17,
} as const

export type HostileClass = keyof typeof CLASSES

/** A valid plugin with one mutation, and what it must come to. */
export interface HostileCase {
  readonly title: string
  readonly class: HostileClass
  /** Any of these codes; empty when it is odd but right. */
  readonly codes: readonly string[]
  /** The tarball, made when it is needed: some are large. `version` is the one that its manifest names. */
  readonly make: (version: string) => Buffer
}

export type Change = NonNullable<Parameters<typeof pluginFiles>[0]>

/** The entries of a valid plugin in this version. */
export function entriesOf(version: string, change: Change = {}): Buffer {
  return validEntries({ ...change, manifest: { version, ...change.manifest } })
}

/** Adds entries to a valid plugin. */
export const withEntries =
  (...entries: readonly Buffer[]) =>
  (version: string): Buffer =>
    rawBundle(entriesOf(version), ...entries)

/** Adds one raw entry to a valid plugin. */
export const withEntry = (entry: RawEntry) => withEntries(rawEntry(entry))

/** Changes the files of a valid plugin. */
export const withChange =
  (change: Change) =>
  (version: string): Buffer =>
    rawBundle(entriesOf(version, change))

/** Makes the cases of one class from lines of title, codes and maker. */
export function casesOf(
  hostileClass: HostileClass,
  lines: readonly (readonly [title: string, codes: string | readonly string[], make: HostileCase['make']])[],
): readonly HostileCase[] {
  return lines.map(([title, codes, make]) => ({
    title,
    class: hostileClass,
    codes: typeof codes === 'string' ? [codes] : codes,
    make,
  }))
}
