import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

/** What can be refused about namespaces and trusted publishing. */
export const publisherErrors = {
  NAME_RESERVED: caller(403, 'Name is reserved'),
  NAME_LOOKS_LIKE: caller(409, 'Name looks like another'),
  NAMESPACE_PROOF_NOT_FOUND: caller(404, 'No proof was begun'),
  NAMESPACE_NOT_PROVEN: caller(409, 'Domain does not show the challenge'),
  TRUST_NOT_FOUND: caller(404, 'No such trusted publisher'),
  TRUST_INVALID: caller(422, 'Trusted publisher not possible'),
  IDENTITY_REFUSED: caller(401, 'Identity not trusted'),
  IDENTITY_USED: caller(401, 'Identity was used already'),
  OUTSIDE_REFUSED: caller(502, 'The other side did not answer as expected'),
} as const

export const publisherError = createErrorFactory(publisherErrors)
