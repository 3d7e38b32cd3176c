/** One hostile plugin and what must come of it. */
export interface Attempt {
  /** A sentence: what is tried and why it fails. */
  readonly title: string
  /** Body of the attacking tool handler `async (args, call, context) => { … }`. */
  readonly handler?: string
  /** Instead of a handler: the whole module. */
  readonly module?: string
  /** The handler's argument as JSON text; default `{}`. */
  readonly payload?: string
  /** What the attacker got: the text of its result, exactly. */
  readonly gets?: string
  /** What the caller saw instead of a result: one of these codes. */
  readonly code?: readonly string[]
  /** What start-up answered instead of a running plugin: one of these codes. */
  readonly startCode?: readonly string[]
}

/** Ends the attack from inside the sandbox with a text that says so. */
export const BLOCKED = 'blocked'

/** Source of a function that tries one expression and answers what came of it. */
export const tryEach = (expressions: readonly string[]): string =>
  `const tries = [${expressions.map((expression) => `async () => (${expression})`).join(', ')}];
   for (const [index, attempt] of tries.entries()) {
     let got;
     try { got = await attempt() } catch { continue }
     return 'attempt ' + index + ' got ' + typeof got + ' ' + String(got).slice(0, 200);
   }
   return '${BLOCKED}';`
