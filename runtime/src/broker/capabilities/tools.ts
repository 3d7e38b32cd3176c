import { z } from 'zod'
import { TOOL_NAME, contributionPoints } from '@nexus/plugin-api'
import { type Capability, defineCapability } from '../capability.ts'
import { contribute } from '../contribute.ts'
import { required } from './upstreams.ts'

/** `context.tools.define`: tools an adapter learned at run time, checked as strictly as the manifest's. */
export const toolCapabilities: readonly Capability[] = [
  defineCapability(
    'tools.define',
    z.strictObject({ tool: contributionPoints.tools }),
    async ({ tool }, _call, site) => {
      return contribute(() => site.sink.defineTool(tool))
    },
  ),
  defineCapability(
    'tools.withdraw',
    z.strictObject({ name: z.string().regex(TOOL_NAME) }),
    async ({ name }, _call, site) => {
      await required(site, 'withdrawTool').withdrawTool?.(name)
      return undefined
    },
  ),
]
