/** FNV-1a, kept unsigned: a signed shift gave negative indexes in the first drawing of these marks. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  return hash
}

const palettes = [
  { ground: '#1f4a63', dots: '#5f92ae', wires: ['#8fd6ff', '#5fb4e8'] },
  { ground: '#0c4d49', dots: '#4d8f87', wires: ['#86e3d2', '#4fbfae'] },
  { ground: '#3f4a1c', dots: '#84914e', wires: ['#d4e58c', '#a9bd58'] },
  { ground: '#6b3a26', dots: '#a97557', wires: ['#f7ba95', '#e2936a'] },
  { ground: '#303a6c', dots: '#7380b8', wires: ['#b6c4fa', '#8497ea'] },
  { ground: '#572f5a', dots: '#9a6f9e', wires: ['#e9b7ee', '#c98ad0'] },
  { ground: '#5a3442', dots: '#a3737f', wires: ['#f5b7c5', '#dc8ea0'] },
] as const

export interface MarkShape {
  readonly ground: string
  readonly dots: string
  readonly wires: readonly { readonly path: string; readonly color: string }[]
}

const at = (cell: number): number => 7 + cell * 10

/** Two cables between jacks of a four by four bay, always the same for one plugin id. */
export function markShape(pluginId: string): MarkShape {
  const hash = hashText(pluginId)
  const pick = (shift: number, count: number): number => (hash >>> shift) % count
  const palette = palettes[pick(0, palettes.length)] ?? palettes[0]
  const first = { from: pick(3, 4), to: pick(7, 4) }
  const second = { from: (first.from + 1 + pick(11, 3)) % 4, to: (first.to + 1 + pick(15, 3)) % 4 }
  const down = `M${at(first.from)} 7C${at(first.from)} 24 ${at(first.to)} 20 ${at(first.to)} 37`
  const across = `M7 ${at(second.from)}C24 ${at(second.from)} 20 ${at(second.to)} 37 ${at(second.to)}`
  return {
    ground: palette.ground,
    dots: palette.dots,
    wires: [
      { path: across, color: palette.wires[1] },
      { path: down, color: palette.wires[0] },
    ],
  }
}
