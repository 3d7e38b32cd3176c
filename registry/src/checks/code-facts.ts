import { type Token, tokenize } from './tokenize.ts'

/** A call such as `context.network.fetch('…')`. */
export interface CodeCall {
  /** The names of the callee, outermost first: `['context', 'network', 'fetch']`. */
  readonly callee: readonly string[]
  /** The first argument, when it is a plain text. */
  readonly text: string | undefined
  readonly at: number
}

/** What a module names, calls and says. */
export interface CodeFacts {
  readonly names: ReadonlySet<string>
  readonly calls: readonly CodeCall[]
  readonly texts: readonly Token[]
}

/** Longest chain of names that is kept: capabilities have three. */
const MAX_CHAIN = 4

/** Reads a module's tokens once. Computed access with a plain text, `context['network']`, is access. */
export function readFacts(code: string): CodeFacts {
  const names = new Set<string>()
  const calls: CodeCall[] = []
  const texts: Token[] = []
  let chain: string[] = []
  let before: Token | undefined
  let beforeThat: Token | undefined
  let awaiting: Omit<CodeCall, 'text'> | undefined
  for (const token of tokenize(code)) {
    if (awaiting !== undefined) {
      calls.push({ ...awaiting, text: token.type === 'text' ? token.value : undefined })
      awaiting = undefined
    }
    if (token.type === 'text') texts.push(token)
    if (token.type === 'name') {
      names.add(token.value)
      chain = [...(isDot(before) ? chain.slice(1 - MAX_CHAIN) : []), token.value]
    } else if (token.value === ']' && before?.type === 'text' && beforeThat?.value === '[') {
      chain = [...chain.slice(1 - MAX_CHAIN), before.value]
      names.add(before.value)
    } else if (token.value === '(' && chain.length > 0) {
      awaiting = { callee: chain, at: token.at }
      chain = []
    } else if (!isDot(token) && token.value !== '[' && !(token.type === 'text' && before?.value === '[')) {
      chain = []
    }
    beforeThat = before
    before = token
  }
  if (awaiting !== undefined) calls.push({ ...awaiting, text: undefined })
  return { names, calls, texts }
}

function isDot(token: Token | undefined): boolean {
  return token?.type === 'sign' && (token.value === '.' || token.value === '?.')
}

/** Whether a call ends in these names. */
export function callsMember({ callee }: CodeCall, object: string, member: string): boolean {
  return callee.at(-1) === member && callee.at(-2) === object
}

/** Line of an offset, from 1. */
export function lineAt(text: string, at: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index !== -1 && index < at; index = text.indexOf('\n', index + 1)) line += 1
  return line
}
