import { createHttpAgent } from './http-agent.ts'
import {
  type FeedOptions,
  type LogMemory,
  createLogSource,
  createLogWitness,
  followFeed,
  openLogMemory,
} from './log/index.ts'
import { type TufClient, createTufClient, createTufWitness, openTufFolder, readOverHttp } from './tuf/index.ts'
import type { Witness } from './verify-chain.ts'

/** Those who saw a release appear, besides the registry itself, and what they tell later. */
export interface Witnesses extends AsyncDisposable {
  readonly log: Witness
  readonly tuf: Witness
  readonly memory: LogMemory
  readonly tufClient: TufClient
  /** Follows the log until disposed: what was revoked, yanked or published reaches this host within seconds. */
  follow(options: Pick<FeedOptions, 'onEntry' | 'onFirstContact' | 'onState'>): AsyncDisposable
}

/** Opens what this host remembers of the registry at `url`: `log-checkpoint.json` and `tuf/` in the data folder. */
export async function openWitnesses(options: {
  readonly dataDir: string
  readonly url: string
  /** The registry is a mirror that somebody carried here. */
  readonly isMirror?: boolean
}): Promise<Witnesses> {
  const { dataDir, url, isMirror = false } = options
  const memory = await openLogMemory(dataDir)
  const folder = await openTufFolder(dataDir)
  const agent = createHttpAgent()
  const source = createLogSource(url, agent)
  const tufClient = createTufClient(url, folder, readOverHttp(agent), { isCarried: isMirror })
  // Root keys vouch for the log: its key is not the registry's word alone.
  const identity = () => tufClient.logIdentity()
  return {
    log: createLogWitness({ memory, source, identity }),
    tuf: createTufWitness(tufClient),
    memory,
    tufClient,
    follow: (feed) => followFeed({ ...feed, url, agent, memory, source, identity }),
    [Symbol.asyncDispose]: () => agent.destroy(),
  }
}
