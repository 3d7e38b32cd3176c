import type { ApiRoute } from '@nexus/runtime/contract'
import { locale } from '../i18n/locale.ts'
import { REQUEST_TIMEOUT_MS } from '../limits.ts'
import { reportOffline, reportOnline } from '../state/connection.ts'
import { session } from '../state/session.ts'
import { ApiError, isAbort, isProblem, localProblem } from './api-error.ts'
import { routeLines, type Answer, type Request } from './routes.ts'

/** What every request looks like once its route no longer matters. */
interface AnyRequest {
  readonly params?: Readonly<Record<string, string>> | undefined
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: object | undefined
  /** A raw body instead. */
  readonly bytes?: Blob
  readonly signal?: AbortSignal
}

function addressOf(path: string, request: AnyRequest): string {
  const params = request.params ?? {}
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return query.size > 0 ? `${filled}?${query.toString()}` : filled
}

async function ask(method: string, address: string, request: AnyRequest): Promise<Response> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  try {
    const answer = await fetch(address, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: {
        accept: 'application/json',
        'accept-language': locale.value.language,
        ...(request.body && { 'content-type': 'application/json' }),
        ...(request.bytes && { 'content-type': 'application/octet-stream' }),
      },
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      ...(request.body && { body: JSON.stringify(request.body) }),
      ...(request.bytes && { body: request.bytes }),
    })
    reportOnline()
    return answer
  } catch (error) {
    if (isAbort(error)) throw error
    if (timeout.aborted) throw new ApiError(localProblem('NO_ANSWER', 504), error)
    reportOffline()
    throw new ApiError(localProblem('OFFLINE', 0), error)
  }
}

async function refusal(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => undefined)
  const requestId = answer.headers.get('x-request-id') ?? ''
  return new ApiError(isProblem(body) ? body : { ...localProblem('BAD_ANSWER', answer.status), requestId })
}

/** Calls one route of the admin API. Throws {@link ApiError}; an expired session also clears the session store. */
export function call<Name extends ApiRoute>(name: Name, request: Request<Name>): Promise<Answer<Name>> {
  return send(name, request)
}

/** Calls a route that takes a raw body. */
export function sendBytes<Name extends ApiRoute>(
  name: Name,
  request: { readonly query: Readonly<Record<string, string>>; readonly bytes: Blob },
): Promise<Answer<Name>> {
  return send(name, request)
}

async function send<Name extends ApiRoute>(name: Name, request: AnyRequest): Promise<Answer<Name>> {
  const [method = 'GET', path = '/'] = routeLines[name].split(' ')
  const answer = await ask(method, addressOf(path, request), request)
  if (!answer.ok) {
    const error = await refusal(answer)
    if (answer.status === 401 && name !== 'signIn' && name !== 'setup') session.set(null)
    throw error
  }
  return readAnswer(answer)
}

/** The host validates every answer with the contract's own schema before it is sent, so it is not checked twice. */
async function readAnswer<Name extends ApiRoute>(answer: Response): Promise<Answer<Name>> {
  const body: unknown = answer.status === 204 ? undefined : await answer.json()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above: same origin, validated by the sender
  return body as Answer<Name>
}
