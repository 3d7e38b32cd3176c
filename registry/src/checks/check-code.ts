import { type CodeFacts, lineAt } from './code-facts.ts'
import { type Finding, finding } from './finding.ts'
import { MAX_FINDINGS_PER_FILE, MAX_GENERATED_NAMES, MAX_NEEDLESS_ESCAPES, PACKED_CHARACTERS } from './limits.ts'

/** Where stolen things are sent, and what mines. Matched in the code's texts. */
const KNOWN_BAD =
  /\b(?:webhook\.site|requestbin\.(?:com|net)|pipedream\.net|burpcollaborator\.net|oast(?:ify\.com|\.(?:pro|live|fun|me|site|online))|interactsh\.com|canarytokens\.com|discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot|coinhive|cryptonight|stratum\+(?:tcp|ssl):)/i
/** Files of a person's machine that no plugin has a reason to name. */
const PRIVATE_FILES =
  /(?:^|[/\\~])(?:\.ssh\/|id_(?:rsa|ed25519)\b|\.aws\/credentials|\.npmrc\b|\.netrc\b|\.kube\/config|etc\/shadow\b)/
const NODE = /^(?:node:[a-z_/]+|child_process|worker_threads)$/
const GENERATED_NAME = /^_0x[0-9a-f]{4,}$/
/** Variation selectors and TAG characters carry bytes that nobody sees; an emoji has one. */
const CARRIERS = /[\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]{4,}/u
// Global, because they are counted; only ever used with `matchAll` and `match`.
const NEEDLESS_ESCAPES = /\\x[2-7][0-9a-fA-F]|\\u00[2-7][0-9a-fA-F]/g
const PACKED_TEXT = /^[A-Za-z0-9+/=_-]+$/

/** Looks for code that is made to be not understood, and for what malicious packages are known by. */
export function checkCode(file: string, code: string, facts: CodeFacts): readonly Finding[] {
  return [
    ...findEval(file, code, facts),
    ...findObfuscation(file, code, facts),
    ...findPacked(file, code, facts),
    ...findTexts(file, code, facts),
    ...findCarriers(file, code),
  ]
}

function findEval(file: string, code: string, { calls, names }: CodeFacts): readonly Finding[] {
  const found = calls.filter(({ callee, text }) => {
    const called = callee.at(-1)
    if (called === 'eval' && (callee.length === 1 || callee[0] === 'globalThis')) return true
    if (called === 'Function' && (callee.length === 1 || callee[0] === 'globalThis')) return true
    return (called === 'setTimeout' || called === 'setInterval') && callee.length === 1 && text !== undefined
  })
  const viaConstructor = names.has('constructor')
    ? calls.filter(
        ({ callee, text }) => callee.at(-1) === 'constructor' && callee.at(-2) === 'constructor' && text !== undefined,
      )
    : []
  return [...found, ...viaConstructor]
    .slice(0, MAX_FINDINGS_PER_FILE)
    .map(({ callee, at }) =>
      finding(
        'CODE_EVAL',
        { file, line: lineAt(code, at) },
        `Expected code that can be read, found \`${callee.at(-1)}\` that makes code out of text.`,
      ),
    )
}

function findObfuscation(file: string, code: string, { names }: CodeFacts): readonly Finding[] {
  const generated = [...names].filter((name) => GENERATED_NAME.test(name)).length
  const escapes = code.match(NEEDLESS_ESCAPES)?.length ?? 0
  const reasons = [
    ...(generated > MAX_GENERATED_NAMES ? [`${generated} names such as an obfuscator gives`] : []),
    ...(escapes > MAX_NEEDLESS_ESCAPES ? [`${escapes} plain characters written as escapes`] : []),
  ]
  return reasons.map((reason) =>
    finding('CODE_OBFUSCATED', { file }, `Expected code that can be read, found ${reason}.`),
  )
}

function findPacked(file: string, code: string, { texts }: CodeFacts): readonly Finding[] {
  const packed = texts.find(({ value }) => value.length >= PACKED_CHARACTERS && PACKED_TEXT.test(value))
  if (packed === undefined) return []
  const message = `Expected code and words, found an encoded text of ${packed.value.length} characters.`
  return [finding('CODE_PACKED', { file, line: lineAt(code, packed.at) }, message)]
}

function findTexts(file: string, code: string, { texts, calls }: CodeFacts): readonly Finding[] {
  const bad = texts.flatMap(({ value, at }) => {
    const match = KNOWN_BAD.exec(value)?.[0] ?? PRIVATE_FILES.exec(value)?.[0]
    if (match === undefined) return []
    const message = `Expected nothing that malicious packages are known by, found \`${match.slice(0, 60)}\`.`
    return finding('CODE_KNOWN_BAD', { file, line: lineAt(code, at) }, message)
  })
  const node = calls.flatMap(({ callee, text, at }) => {
    if (text === undefined || !NODE.test(text) || !/^(?:require|import|getBuiltinModule)$/.test(callee.at(-1) ?? ''))
      return []
    const message = `Expected no module of Node, found \`${text}\`. A plugin has its context instead.`
    return finding('CODE_NODE', { file, line: lineAt(code, at) }, message)
  })
  return [...bad.slice(0, MAX_FINDINGS_PER_FILE), ...node.slice(0, MAX_FINDINGS_PER_FILE)]
}

function findCarriers(file: string, code: string): readonly Finding[] {
  const carrier = CARRIERS.exec(code)
  if (carrier === null) return []
  const message =
    'Expected visible characters, found a run of variation selectors: they can carry code that nobody sees.'
  return [finding('CODE_HIDDEN', { file, line: lineAt(code, carrier.index) }, message)]
}
