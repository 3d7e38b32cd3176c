import { type Detector, type Span, byExpression } from './detector.ts'

/** Credentials that announce themselves. Each begins where a word begins, so that each character is tried once. */
const SHAPES: readonly Detector[] = [
  byExpression('AWS key', /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g),
  byExpression('GitHub token', /(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})/g),
  byExpression('GitLab token', /(?<![A-Za-z0-9_-])gl(?:pat|dt|ptt|rt|cbt|soat|ft|imt|agent)-[A-Za-z0-9_-]{20,255}/g),
  byExpression(
    'Slack token',
    /(?<![A-Za-z0-9-])xox[abeoprs]-[A-Za-z0-9-]{10,250}|(?<![A-Za-z0-9-])xapp-\d-[A-Za-z0-9-]{10,250}/g,
  ),
  byExpression('Slack webhook', /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<value>[A-Za-z0-9/]{20,120})/g),
  byExpression('Stripe key', /(?<![A-Za-z0-9_])(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,250}/g),
  byExpression(
    'Google key',
    /(?<![A-Za-z0-9_-])(?:AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,500}|GOCSPX-[A-Za-z0-9_-]{28})/g,
  ),
  byExpression('API key', /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,250}/g),
  byExpression('npm token', /(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}/g),
  byExpression('PyPI token', /(?<![A-Za-z0-9_-])pypi-[A-Za-z0-9_-]{50,500}/g),
  byExpression('SendGrid key', /(?<![A-Za-z0-9_.-])SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}/g),
  byExpression('Nexus token', /(?<![A-Za-z0-9])nxs_[A-Za-z0-9_-]{16,250}/g),
  byExpression('token', /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4096}\.eyJ[A-Za-z0-9_-]{8,8192}\.[A-Za-z0-9_-]{0,4096}/g),
  byExpression('token', /(?<![A-Za-z0-9])(?:Bearer|Basic) {1,3}(?<value>[A-Za-z0-9._~+/-]{16,4096}={0,2})/gi),
  byExpression('password', /:\/\/[^\s/?#@:"'<>]{0,128}:(?<value>[^\s/?#@"'<>]{1,128})@/g),
]

const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g

/** Private keys in PEM form. One without an end is masked to the end of the text: it may only have been cut off. */
function* detectPrivateKeys(text: string): Generator<Span> {
  let done = 0
  for (const match of text.matchAll(KEY_BEGIN)) {
    if (match.index < done) continue
    const close = text.indexOf('-----END ', match.index + match[0].length)
    const end = close === -1 ? -1 : text.indexOf('-----', close + 9)
    done = end === -1 ? text.length : end + 5
    yield { start: match.index, end: done, kind: 'private key' }
  }
}

/** Tokens and keys of known forms. */
export function* detectTokens(text: string): Generator<Span> {
  for (const detect of SHAPES) yield* detect(text)
  yield* detectPrivateKeys(text)
}
