import type { advisoryRoutes } from '../../contract/routes/advisories.ts'
import { findSbom } from '../../advisories/find-sbom.ts'
import { getAdvisory, listAdvisories } from '../../advisories/find-advisories.ts'
import { publishAdvisory, updateAdvisory, withdrawAdvisory } from '../../advisories/publish-advisory.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function advisoryHandlers(store: RegistryStore): HandlersOf<typeof advisoryRoutes> {
  return {
    advisories: ({ query }) => listAdvisories(store, query),
    advisory: ({ params }) => getAdvisory(store, params.advisory),
    publishAdvisory: ({ actor, params, body }) =>
      publishAdvisory(store, actor, `@${params.publisher}/${params.name}`, body),
    updateAdvisory: ({ actor, params, body }) => updateAdvisory(store, actor, params.advisory, body),
    withdrawAdvisory: ({ actor, params, body }) => withdrawAdvisory(store, actor, params.advisory, body.reason),
    sbom: ({ params }) => findSbom(store, `${params.publisher}/${params.name}`, params.version),
  }
}
