import { basename, join } from 'node:path'
import { type JsonObject, type JsonValue, isJsonArray, isJsonObject, parseJson } from '@nexus/plugin-api'
import type {
  CallAnswer,
  LoggedLine,
  OpenPluginOptions,
  SentEvent,
  SentRequest,
  TestedPlugin,
} from '@nexus/plugin-api/testing'
import { type Egress, createEgress } from '../../broker/index.ts'
import { buildPlugin } from '../project/build-plugin.ts'
import { askPlugin } from '../workbench/ask-plugin.ts'
import type { Installed, InstallOptions } from '../workbench/install.ts'
import { askPolicy, hearEvent, runSchedule } from '../workbench/run-handler.ts'
import type { Workbench } from '../workbench/open-workbench.ts'
import { answersOf } from './client-answers.ts'
import { fakeTools } from './fake-tools.ts'
import { playedNetwork, recordedNetwork, replayedNetwork } from './networks.ts'
import { type Exchange, readRecording, writeRecording } from './recording.ts'
import { inAuthorsLines } from './author-stack.ts'
import { createTestClock } from './test-clock.ts'

/** When clocks of tests begin, unless a test says otherwise. */
const BEGIN = '2026-01-01T00:00:00Z'

export interface TestSite {
  readonly bench: Workbench
  /** Folder of the plugin. */
  readonly folder: string
  /** The test file that asks. */
  readonly file: string
  /** Ask the real network and write its answers down. */
  readonly record: boolean
}

/** Starts the plugin of a project with the world that a test plays. */
export async function openTestedPlugin(testSite: TestSite, options: OpenPluginOptions): Promise<TestedPlugin> {
  await using stack = new AsyncDisposableStack()
  const beginMs = Date.parse(options.now ?? BEGIN)
  const seen: Seen = { log: [], events: [], requests: [], notifications: [] }
  const network = watched(await networkOf(testSite, options, stack), seen.requests)
  const chosen: InstallOptions = {
    config: options.config ?? {},
    secrets: options.secrets ?? {},
    allowPrivateAddresses: [],
    world: {
      clockMs: beginMs,
      network,
      emit: ({ name, payload }) => void seen.events.push({ name, payload: parseJson(payload) }),
      callTool: fakeTools(options.tools ?? {}),
    },
    listener: (event) => {
      if (event.event === 'log') seen.log.push({ level: event.level, message: event.message })
    },
  }
  const installed = stack.use(await testSite.bench.install(await buildPlugin(testSite.folder), chosen))
  const plugin = testedPlugin(installed, seen, options, beginMs)
  const owned = stack.move()
  return { ...plugin, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** What the plugin did so far. */
interface Seen {
  readonly log: LoggedLine[]
  readonly events: SentEvent[]
  readonly requests: SentRequest[]
  readonly notifications: JsonObject[]
}

function testedPlugin(
  installed: Installed,
  seen: Seen,
  options: OpenPluginOptions,
  beginMs: number,
): Omit<TestedPlugin, typeof Symbol.asyncDispose> {
  const clock = createTestClock(() => installed, beginMs)
  const answer = options.client === undefined ? undefined : answersOf(options.client)
  const ask = (method: string, params: JsonObject): Promise<JsonObject> =>
    inAuthorsLines(seen.log, () =>
      askPlugin(installed, method, params, {
        ...(answer !== undefined && { answer }),
        onNotification: ({ method: name, params: said = {} }) => seen.notifications.push({ method: name, ...said }),
      }),
    )
  return {
    ...seen,
    clock,
    call: async (name, args = {}) => readAnswer(await ask('tools/call', { name, arguments: args })),
    async read(uri) {
      const { contents, ...rest } = await ask('resources/read', { uri })
      return { ...rest, contents: objectsOf(contents) }
    },
    async prompt(name, args = {}) {
      const { messages, description } = await ask('prompts/get', { name, arguments: args })
      return { messages: objectsOf(messages), ...(typeof description === 'string' && { description }) }
    },
    decide: (policy, event) => askPolicy(installed, policy, event),
    hear: (name, payload, source = 'host') => hearEvent(installed, { name, payload, source, at: clock.now() }),
    run: (schedule) => runSchedule(installed, schedule, clock.now()),
    restart: () => installed.restart(clock.now().getTime()),
  }
}

function readAnswer(result: JsonObject): CallAnswer {
  const content = objectsOf(result['content']).flatMap(({ type, ...rest }) =>
    typeof type === 'string' ? [{ ...rest, type }] : [],
  )
  return {
    content,
    text: content.flatMap((block) => (block.type === 'text' ? textOf(block) : [])).join('\n'),
    structuredContent: result['structuredContent'],
    isError: result['isError'] === true,
  }
}

function textOf({ text }: JsonObject): readonly string[] {
  return typeof text === 'string' ? [text] : []
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter((entry) => isJsonObject(entry)) : []
}

function watched(inner: Pick<Egress, 'request'>, requests: SentRequest[]): Pick<Egress, 'request'> {
  return {
    request(request) {
      requests.push({ method: request.method ?? 'GET', url: request.url })
      return inner.request(request)
    },
  }
}

async function networkOf(
  { folder, file, record }: TestSite,
  { network, recording, secrets = {} }: OpenPluginOptions,
  stack: AsyncDisposableStack,
): Promise<Pick<Egress, 'request'>> {
  if (network !== undefined) return playedNetwork(network)
  const name = recording ?? basename(file).replace(/\.test\.[cm]?[jt]s$/, '')
  const path = join(folder, 'test', 'recordings', `${name}.json`)
  if (!record) return replayedNetwork((await readRecording(path)) ?? [], join('test', 'recordings', `${name}.json`))
  const exchanges: Exchange[] = recordingsOf(path)
  const egress = stack.use(createEgress())
  stack.defer(async () => {
    if (exchanges.length > 0) await writeRecording(path, exchanges, new Date())
  })
  return recordedNetwork(egress, exchanges, hider(Object.values(secrets)))
}

/** What this process recorded: all tests of a file write into one recording. */
const recorded = new Map<string, Exchange[]>()

function recordingsOf(path: string): Exchange[] {
  const exchanges = recorded.get(path) ?? []
  recorded.set(path, exchanges)
  return exchanges
}

/** A host may echo the secret that it was sent; a recording lies in a repository. */
function hider(secrets: readonly string[]): (text: string) => string {
  return (text) => secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '***'), text)
}
