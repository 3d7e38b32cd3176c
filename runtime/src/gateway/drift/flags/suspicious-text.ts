/** Something in a text that speaks to the model instead of describing the tool. */
interface TextPattern {
  readonly code: string
  readonly pattern: RegExp
  /** Members that are no prose: their content cannot be read by anybody. */
  readonly notIn?: RegExp
}

const PERSON = String.raw`(?:user|human|person|customer|operator|people|anyone)s?`
/** `the user name`, `user's`: data of a person, not the person. */
const NOT_THEIR_DATA = String.raw`(?!['’]s|[\s_-]+(?:ids?|names?|accounts?|data|e-?mails?|tables?|records?|lists?|details|profiles?|agents?|roles?)\b)`

/** The list that texts are held against, in lower case and with single spaces. What each is for is its code. */
const PATTERNS: readonly TextPattern[] = [
  {
    code: 'OVERRIDES_INSTRUCTIONS',
    pattern:
      /\b(?:ignore|disregard|forget|override|bypass|overlook)\b[^.]{0,30}\b(?:previous|prior|above|earlier|preceding|existing|system|safety|other|all|any)\b[^.]{0,20}\b(?:instructions?|rules?|prompts?|guidelines?|directions?|restrictions?|policies)\b/,
  },
  {
    code: 'HIDES_FROM_USER',
    pattern: new RegExp(
      String.raw`\b(?:do not|don['’]t|never|without|must not|should not|avoid)\b[^.]{0,20}\b(?:tell|telling|inform|informing|mention|mentioning|show|showing|reveal|revealing|notify|notifying|alert|alerting|ask|asking|disclose|disclosing)\b[^.]{0,40}\b${PERSON}\b${NOT_THEIR_DATA}`,
    ),
  },
  {
    code: 'HIDES_FROM_USER',
    pattern: new RegExp(
      String.raw`\b(?:hide|conceal|keep)\b[^.]{0,40}\b(?:from|secret from|hidden from)\b[^.]{0,10}\b${PERSON}\b${NOT_THEIR_DATA}`,
    ),
  },
  {
    code: 'ROLE_MARKUP',
    pattern:
      /<\/?\s*(?:important|system|assistant|instructions?|hidden|admin)\s*>|<\|[a-z_]{2,20}\|>|\[\/?inst\]|<<\/?sys>>/,
  },
  {
    code: 'TAKES_AUTHORITY',
    pattern:
      /\b(?:you are now|from now on,? (?:you|always|never)|your (?:new|real|true) (?:instructions?|role|task|purpose)|(?:reveal|print|output|repeat|send|include) (?:your|the) system prompt)\b/,
  },
  {
    code: 'TAKES_PRECEDENCE',
    pattern:
      /\b(?:(?:must|always|should) (?:call|use|run|invoke) this (?:tool|function) (?:first|before (?:any|every|all|each))|(?:instead of|before|after) (?:using |calling |running |invoking )?(?:any|every|all|each) other tools?|(?:do not|never) (?:call|use) (?:any )?other tools?)\b/,
  },
  {
    code: 'ASKS_FOR_SECRETS',
    pattern:
      /~\/\.(?:ssh|aws|gnupg|kube|netrc|npmrc)\b|\bid_(?:rsa|ed25519)\b|\/etc\/(?:passwd|shadow)\b|\.aws\/credentials|\bmcp\.json\b|\b(?:read|send|include|attach|cat|upload)\b[^.]{0,30}\.env\b/,
  },
  {
    code: 'ASKS_FOR_SECRETS',
    pattern:
      /\b(?:include|send|pass|attach|append|put|provide|copy)\b[^.]{0,40}\b(?:full|entire|whole|complete|previous)\b[^.]{0,15}\b(?:conversation|chat)\b/,
  },
  {
    code: 'SENDS_ELSEWHERE',
    pattern: /\b(?:send|post|upload|forward|submit|transmit|exfiltrate|leak|report)\b.{0,80}\bhttps?:\/\//,
  },
  {
    code: 'ODD_LINK',
    pattern: /\bjavascript:|\bdata:text\/html|\bhttps?:\/\/[^\s/@]{1,100}@|\bhttps?:\/\/[^\s/]{0,100}xn--/,
  },
  {
    code: 'ODD_LINK',
    pattern: /\bhttps?:\/\/(?!127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}\b/,
  },
]

/** Held against the text as it is: case and layout are part of these. */
const RAW_PATTERNS: readonly TextPattern[] = [
  {
    code: 'HOLDS_SECRET',
    pattern:
      /\bAKIA(?!IOSFODNN7EXAMPLE)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bsk-[A-Za-z0-9_-]{32,}|\bxox[abpr]-[A-Za-z0-9-]{20,}|\bAIza[0-9A-Za-z_-]{35}|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/,
  },
  // Far below or far to the right nobody looks.
  { code: 'PADDED_TEXT', pattern: /(?:[^\S\n]*\n){12,}\s*\S|[^\S\n]{80,}\S/ },
  { code: 'ENCODED_TEXT', pattern: /[A-Za-z0-9+/]{240,}={0,2}/, notIn: /\/icons?\// },
]

/** What is suspicious about one text: code of the pattern and the words it found. */
export function suspiciousText(
  text: string,
  path: string,
): readonly { readonly code: string; readonly found: string }[] {
  if (text.length < 8) return []
  const plain = text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ')
  const look = (patterns: readonly TextPattern[], where: string) =>
    patterns.flatMap(({ code, pattern, notIn }) => {
      const found = notIn?.test(path) === true ? undefined : pattern.exec(where)?.[0]
      return found === undefined ? [] : [{ code, found }]
    })
  return [...look(PATTERNS, plain), ...look(RAW_PATTERNS, text)]
}

/** A tool of another upstream that a text gives orders about: `before calling send_email`. */
export function namesOtherTool(text: string, others: ReadonlySet<string>): string | undefined {
  const orders =
    /\b(?:before|after|instead of|prior to|rather than|whenever|when|also|then|always|never|must)\b[^.]{0,60}/gi
  for (const [order] of text.matchAll(orders)) {
    for (const [word] of order.matchAll(/[A-Za-z][\w-]{4,63}/g)) {
      // A plain word is a word; a name that was made up for a tool is that tool.
      if (/[_-]|[a-z][A-Z]/.test(word) && others.has(word)) return word
    }
  }
  return undefined
}
