import type { PluginManifest } from '@nexus/plugin-api'
import type { ConfigFieldView } from '../../contract/index.ts'
import type { Translate } from '../language.ts'

/** The configuration form of a plugin, in the order in which its author wrote the fields. */
export function configFieldViews(manifest: PluginManifest, translate: Translate): ConfigFieldView[] {
  return Object.entries(manifest.config).map(([name, { title, description, ...field }]) => ({
    ...field,
    ...('labels' in field &&
      field.labels !== undefined && {
        labels: Object.fromEntries(Object.entries(field.labels).map(([value, text]) => [value, translate(text)])),
      }),
    name,
    title: translate(title),
    ...(description !== undefined && { description: translate(description) }),
  }))
}
