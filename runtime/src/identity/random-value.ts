import { hash, randomBytes } from 'node:crypto'

/** 256 random bits as 43 characters of base64url: a session cookie, a setup link. */
export function randomValue(): string {
  return randomBytes(32).toString('base64url')
}

export function isRandomValue(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** What is stored of a random value. It has 256 bits of its own: a slow hash would add nothing. */
export function digestOf(value: string): string {
  return hash('sha256', value, 'hex')
}
