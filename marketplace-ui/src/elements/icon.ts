import { html, svg, type TemplateResult } from 'lit'

// Hand-picked outlines in the manner of Lucide (ISC), one path each on a 24 by 24 grid.
const paths = {
  overview: 'M4 3h6v8H4zM14 3h6v5h-6zM14 12h6v9h-6zM4 15h6v6H4z',
  plug: 'M12 22v-5M9 8V2M15 8V2M18 8v4a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5V8z',
  layers: 'M12 2 2 7l10 5 10-5zM2 12l10 5 10-5M2 17l10 5 10-5',
  store: 'M5 8h14l1 13H4zM9 11V7a3 3 0 0 1 6 0v4',
  ticket: 'M3 9V6h18v3a3 3 0 0 0 0 6v3H3v-3a3 3 0 0 0 0-6zM13 6v2M13 11v2M13 16v2',
  secrets: 'M2.5 16.5a5 5 0 1 0 10 0a5 5 0 1 0-10 0M11 13 21 3M17 7l3 3M14.5 9.5l2 2',
  people:
    'M5 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M2 21v-1a6 6 0 0 1 6-6h2a6 6 0 0 1 6 6v1M16 4.2a4 4 0 0 1 0 7.6M22 21v-1a6 6 0 0 0-4-5.6',
  shield: 'M12 2.5 20 5v6.5c0 5-3.4 8.4-8 10-4.6-1.6-8-5-8-10V5z',
  verified: 'M12 2.5 20 5v6.5c0 5-3.4 8.4-8 10-4.6-1.6-8-5-8-10V5zM8.5 12l2.5 2.5 4.5-5',
  audit: 'M6 2h9l5 5v15H4V2zM14 2v6h6M8 13h8M8 17h5',
  health: 'M2 12h4l3-8 5 16 3-8h5',
  network: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M2 12h20M12 2c3 3 4 6.5 4 10s-1 7-4 10c-3-3-4-6.5-4-10s1-7 4-10',
  files: 'M3 20V4h6l2 3h10v13z',
  tools:
    'M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.77-3.77a6 6 0 0 1-7.94 7.94l-6.91 6.91a2.12 2.12 0 0 1-3-3l6.91-6.91a6 6 0 0 1 7.94-7.94l-3.76 3.76z',
  processes: 'M3 4h18v16H3zM7 9l3 3-3 3M12.5 15H17',
  panels: 'M3 4h18v16H3zM3 9h18M9 9v11',
  events: 'M13 2 4 14h7l-1 8 9-12h-7z',
  schedules: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M12 6v6l4 2',
  client: 'M4 4h16v12h-8l-5 4v-4H4zM9.5 8.3a2.5 2.5 0 1 1 3.2 2.4c-.5.2-.7.5-.7 1M12 13.6v.01',
  search: 'M4 11a7 7 0 1 0 14 0a7 7 0 1 0-14 0M21 21l-5-5',
  menu: 'M3 6h18M3 12h18M3 18h18',
  close: 'M5 5l14 14M19 5 5 19',
  check: 'M4 12.5l5.5 5.5L20 6.5',
  copy: 'M9 9h12v12H9zM5 15H3V3h12v2',
  plus: 'M12 4v16M4 12h16',
  trash: 'M3 6h18M8 6V3h8v3M5 6l1 15h12l1-15M10 11v6M14 11v6',
  refresh: 'M20.5 9A9 9 0 0 0 5 6L2.5 8.5M2.5 3v5.5H8M3.5 15A9 9 0 0 0 19 18l2.5-2.5M21.5 21v-5.5H16',
  pause: 'M8 4v16M16 4v16',
  play: 'M6 3.5 20 12 6 20.5z',
  up: 'M12 20V4M5 11l7-7 7 7',
  power: 'M12 2v10M18.4 6.6a9 9 0 1 1-12.8 0',
  warning: 'M12 3 1.8 20.5h20.4zM12 9.5v5M12 17.5v.01',
  info: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M12 11v6M12 7.5v.01',
  sun: 'M8 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  moon: 'M12 3a6.5 6.5 0 0 0 9 9 9 9 0 1 1-9-9',
  system: 'M2 4h20v13H2zM8 21h8M12 17v4',
  out: 'M9 21H4V3h5M16 17l5-5-5-5M21 12H9',
  person: 'M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4 21v-1a6 6 0 0 1 6-6h4a6 6 0 0 1 6 6v1',
  waiting: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0',
  running: 'M12 2a10 10 0 1 1-10 10',
  done: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M7.5 12.5l3 3 6-6.5',
  failed: 'M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0M8.5 8.5l7 7M15.5 8.5l-7 7',
  download: 'M12 3v12M7 10l5 5 5-5M4 20h16',
  link: 'M14 3h7v7M21 3l-9 9M18 13v8H3V6h8',
  edit: 'M4 20l1-5L16 4l4 4L9 19zM14 6l4 4',
  globe: 'M5 8l6 6M4 14l6-6 2-3M2 5h12M7 2v3M22 22l-5-10-5 10M14 18h6',
  none: 'M4 12h16',
} as const

export type IconName = keyof typeof paths

/** A decorative icon; the text beside it, or the button's label, carries the meaning. */
export const icon = (name: IconName): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${paths[name]}></path>`}</svg>`

export const logo = (): TemplateResult =>
  html`<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
    <rect width="26" height="26" rx="6" fill="#6bd0d6" />
    <path
      d="M8 18V8l10 10V8"
      fill="none"
      stroke="#0f2931"
      stroke-width="2.4"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
    <circle cx="8" cy="18" r="2" fill="#0f2931" />
    <circle cx="18" cy="8" r="2" fill="#0f2931" />
  </svg>`
