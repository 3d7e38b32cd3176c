/** Why an exchange over HTTP/1.1 failed. Names of Node (`ECONNREFUSED` …) stay as they are. */
export type HttpFailureCode = 'CONNECT_TIMEOUT' | 'HEAD_TIMEOUT' | 'RESPONSE_INVALID' | 'CONNECTION_CLOSED'

/** A failure of the client itself; the code says which. Holds no header and no body. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  readonly code: HttpFailureCode

  constructor(code: HttpFailureCode, message: string) {
    super(message)
    this.code = code
  }
}

/** Expected what RFC 9112 allows, found something else: nothing after it on this connection can be believed. */
export function invalidResponse(problem: string): HttpFailure {
  return new HttpFailure('RESPONSE_INVALID', `Expected an HTTP/1.1 response, found ${problem}.`)
}
