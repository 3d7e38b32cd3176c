import { MIN_MASKED_SECRET_CHARACTERS } from './limits.ts'

const MASK = '[secret]'

/** Replaces every known form of the secrets it was told. */
export interface SecretMask {
  learn(value: string): void
  apply(text: string): string
}

export function createSecretMask(): SecretMask {
  const forms = new Set<string>()
  let ordered: readonly string[] = []
  return {
    learn(value) {
      if (value.length < MIN_MASKED_SECRET_CHARACTERS) return
      for (const form of formsOf(value)) if (form.length >= MIN_MASKED_SECRET_CHARACTERS) forms.add(form)
      // Longest first: a short form inside a long one would leave the rest of the long one readable.
      ordered = [...forms].toSorted((left, right) => right.length - left.length)
    },
    apply(text) {
      let masked = text
      for (const form of ordered) if (masked.includes(form)) masked = masked.replaceAll(form, MASK)
      return masked
    },
  }
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8')
  const encoded = encodeURIComponent(value)
  return [
    value,
    encoded,
    encoded.replaceAll('%20', '+'),
    encoded.toLowerCase(),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    Array.from(value).toReversed().join(''),
    ...base64Forms(bytes),
  ]
}

/** The part of base64 text that is the same whatever stands before and after the secret, for each of three alignments. */
function base64Forms(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    const first = Math.ceil((offset * 8) / 6)
    const last = Math.floor((padded.length * 8) / 6)
    const text = padded.toString('base64').slice(first, last)
    // Fewer characters would mask innocent text.
    return text.length < 6 ? [] : [text, text.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
