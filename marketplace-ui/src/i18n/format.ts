import { html, type TemplateResult } from 'lit'
import { locale } from './locale.ts'

const language = (): string => locale.value.language

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(language(), options).format(value)
}

export function formatCompact(value: number): string {
  return formatNumber(value, { notation: 'compact', maximumFractionDigits: 1 })
}

export function formatPercent(part: number, whole: number): string {
  return formatNumber(whole === 0 ? 0 : part / whole, { style: 'percent', maximumFractionDigits: 1 })
}

export function formatMilliseconds(value: number): string {
  if (value >= 10_000) return formatNumber(value / 1000, { style: 'unit', unit: 'second', maximumFractionDigits: 1 })
  return formatNumber(value, { style: 'unit', unit: 'millisecond', maximumFractionDigits: value < 10 ? 1 : 0 })
}

export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return formatNumber(bytes / 1000 ** power, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    maximumFractionDigits: power > 1 ? 1 : 0,
  })
}

export function formatDate(iso: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium' }).format(new Date(iso))
}

export function formatMoment(iso: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(iso))
}

export function formatClock(iso: string): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: 'medium' }).format(new Date(iso))
}

const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const

export function formatAgo(iso: string): string {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' })
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit)
  }
  return relative.format(0, 'second')
}

export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(items)
}

export const languageName = (tag: string): string => new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag

/** A moment as "3 days ago", with the exact time for machines and on hover. */
export const ago = (iso: string): TemplateResult =>
  html`<time datetime=${iso} title=${formatMoment(iso)}>${formatAgo(iso)}</time>`

export const moment = (iso: string): TemplateResult => html`<time datetime=${iso}>${formatMoment(iso)}</time>`

export const day = (iso: string): TemplateResult =>
  html`<time datetime=${iso} title=${formatMoment(iso)}>${formatDate(iso)}</time>`
