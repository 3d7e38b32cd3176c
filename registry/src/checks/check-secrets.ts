import { lineAt } from './code-facts.ts'
import { type Finding, finding } from './finding.ts'
import { MAX_FINDINGS_PER_FILE, SECRET_ENTROPY } from './limits.ts'

/** Shapes that issuers give their keys so that they can be found. Global: they are only ever used with `matchAll`. */
const SHAPES: readonly (readonly [name: string, shape: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:\s|\\[nr]){1,8}[A-Za-z0-9+/=]{40}/g],
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b/g],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}\b/g],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['a Nexus token', /\bnx[artsp]_[A-Za-z0-9_-]{40,}/g],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{20,}/g],
  ['a Slack webhook', /\bhooks\.slack\.com\/services\/T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{20,}/g],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{20,}/g],
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g],
  ['an OpenAI key', /\bsk-(?:proj-|svcacct-)[A-Za-z0-9_-]{40,}/g],
  ['an Anthropic key', /\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{40,}/g],
  ['a Hugging Face token', /\bhf_[A-Za-z]{34}\b/g],
  ['a SendGrid key', /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b/g],
  ['a DigitalOcean token', /\bdo[op]_v1_[a-f0-9]{64}\b/g],
  ['a Shopify token', /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g],
  ['a Telegram bot token', /\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b/g],
  ['a JSON web token', /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{30,}/g],
  ['an Azure storage key', /\bAccountKey=[A-Za-z0-9+/]{86}==/g],
  [
    'a password in an address',
    /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/'"`$<{]{1,64}:[^\s:@/'"`$<{]{6,64}@[a-z0-9-]+\.[a-z]/g,
  ],
]

/** A name that says secret, then a text that looks like one. */
const NAMED =
  /\b[\w-]{0,40}(?:api[_-]?key|secret|token|passw(?:or)?d|credential)s?["'`]?\s{0,4}[:=]\s{0,4}["'`]([A-Za-z0-9+/=_.-]{20,120})["'`]/gi
const PLACEHOLDER = /example|sample|dummy|fake|test|your|changeme|placeholder|insert|xxxx|\.\.\.|0{6}|1234567|abcdef/i

/** Looks for keys and passwords that were bundled by mistake. The finding says where, never what. */
export function checkSecrets(file: string, text: string): readonly Finding[] {
  const shaped = SHAPES.flatMap(([name, shape]) =>
    [...text.matchAll(shape)]
      .filter(([found]) => !PLACEHOLDER.test(found))
      .slice(0, MAX_FINDINGS_PER_FILE)
      .map(({ index }) =>
        finding(
          'SECRET_FOUND',
          { file, line: lineAt(text, index) },
          `Expected no secret in the bundle, found what looks like ${name}. Revoke it: whoever has the bundle has it.`,
        ),
      ),
  )
  if (shaped.length > 0 || file.endsWith('.map')) return shaped
  return [...text.matchAll(NAMED)]
    .filter(([, value = '']) => isRandom(value))
    .slice(0, MAX_FINDINGS_PER_FILE)
    .map(({ index }) =>
      finding(
        'SECRET_LIKELY',
        { file, line: lineAt(text, index) },
        'Expected no secret in the bundle, found a random text behind the name of one. Read it from the configuration.',
      ),
    )
}

/** Digits and letters of both cases or more, no words, no placeholder. */
function isRandom(value: string): boolean {
  if (PLACEHOLDER.test(value) || !/[0-9]/.test(value) || !/[a-zA-Z]/.test(value)) return false
  // Names of things are words with signs between them.
  if (/^[a-z]+(?:[._-][a-z0-9]+)+$/i.test(value) && !/[0-9].*[0-9].*[0-9]/.test(value)) return false
  return entropyOf(value) >= SECRET_ENTROPY
}

/** Shannon entropy in bits for each character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}
