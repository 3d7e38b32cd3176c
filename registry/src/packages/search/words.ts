import { MAX_WORD_CHARACTERS } from './limits.ts'

const BETWEEN_WORDS = /[^\p{L}\p{N}]+/u

/** The words of a text, in lower case and without accents. */
export function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .split(BETWEEN_WORDS)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, MAX_WORD_CHARACTERS))
}
