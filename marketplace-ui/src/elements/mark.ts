import { html, svg, type TemplateResult } from 'lit'
import { markShape } from './mark-shape.ts'

const cells = [7, 17, 27, 37]

/** The patch-bay mark of a plugin, drawn from its id: no image is ever loaded from a publisher. */
export function pluginMark(pluginId: string, size = 44): TemplateResult {
  const shape = markShape(pluginId)
  return html`<svg width=${size} height=${size} viewBox="0 0 44 44" aria-hidden="true">
    <rect width="44" height="44" rx="6" fill=${shape.ground} />
    ${cells.flatMap((y) => cells.map((x) => svg`<circle cx=${x} cy=${y} r="1.6" fill=${shape.dots} />`))}
    ${shape.wires.map(
      ({ path, color }) => svg`<path d=${path} fill="none" stroke=${color} stroke-width="3" stroke-linecap="round" />`,
    )}
  </svg>`
}
