import { oneLine } from '../text.ts'
import type { View } from './view.ts'

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

const units = {
  en: ['year', 'month', 'week', 'day', 'hour', 'minute', 'second'].map((one) => [one, `${one}s`]),
  nl: [
    ['jaar', 'jaar'],
    ['maand', 'maanden'],
    ['week', 'weken'],
    ['dag', 'dagen'],
    ['uur', 'uur'],
    ['minuut', 'minuten'],
    ['seconde', 'seconden'],
  ],
} as const

/** `P1Y6M` as people say it; what is no duration reads as itself. */
export function durationText(text: string, { language }: Pick<View, 'language'>): string {
  const parts = DURATION.exec(text)?.slice(1) ?? []
  const said = parts.flatMap((part, at) => {
    const count = Number(part ?? 0)
    const [one = '', more = ''] = units[language][at] ?? []
    return count > 0 ? [`${count} ${count === 1 ? one : more}`] : []
  })
  return said.length > 0 ? said.join(', ') : oneLine(text)
}
