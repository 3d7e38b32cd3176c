import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { openPolicyHost } from '../runtime/policy/host.ts'

const result = { content: [{ type: 'text', text: 'mail ada@example.com' }] }

/** Lets a hostile policy pack decide through the real policy door; answers what the door made of it. */
export async function askThroughPolicyDoor(sandbox: Sandbox, stage: 'call' | 'result'): Promise<string> {
  await using host = await openPolicyHost()
  host.policy.addPack(
    host.pack(stage, (name, event, signal, requestId) =>
      sandbox.invoke({
        handler: 'policy',
        name,
        payload: event,
        requestId,
        principal: { id: 'system', displayName: 'Nexus' },
        signal,
      }),
    ),
  )
  const call = host.call(host.principal('member'))
  if (stage === 'call') return JSON.stringify(await host.policy.decide(call))
  return JSON.stringify(await host.policy.review(call, result))
}
