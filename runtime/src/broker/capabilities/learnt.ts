import { z } from 'zod'
import { TOOL_NAME, contributionPoints } from '@nexus/plugin-api'
import { type Capability, defineCapability } from '../capability.ts'
import { contribute } from '../contribute.ts'
import { required } from './upstreams.ts'

const named = z.strictObject({ name: z.string().regex(TOOL_NAME) })

/**
 * `context.resources.define`, `context.prompts.define`: what an adapter learned at run time, checked as strictly as the
 * manifest's; and `context.resources.changed`.
 */
export const learntCapabilities: readonly Capability[] = [
  defineCapability(
    'resources.define',
    z.strictObject({ resource: contributionPoints.resources }),
    async ({ resource }, _call, site) => contribute(() => required(site, 'defineResource').defineResource?.(resource)),
  ),
  defineCapability('resources.withdraw', named, async ({ name }, _call, site) => {
    await required(site, 'withdrawResource').withdrawResource?.(name)
    return undefined
  }),
  defineCapability(
    'resources.changed',
    z.strictObject({ uri: z.string().min(1).max(8192) }),
    async ({ uri }, _call, site) => contribute(() => required(site, 'resourceChanged').resourceChanged?.(uri)),
  ),
  defineCapability(
    'prompts.define',
    z.strictObject({ prompt: contributionPoints.prompts }),
    async ({ prompt }, _call, site) => contribute(() => required(site, 'definePrompt').definePrompt?.(prompt)),
  ),
  defineCapability('prompts.withdraw', named, async ({ name }, _call, site) => {
    await required(site, 'withdrawPrompt').withdrawPrompt?.(name)
    return undefined
  }),
]
