import type { View } from './view.ts'

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/
const DAY = /^\d{4}-\d{2}-\d{2}$/

/** `--until` names the end of a day there. */
const amsterdam = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Amsterdam',
  dateStyle: 'short',
  timeStyle: 'medium',
})

export const isMoment = (text: string): boolean => MOMENT.test(text)
export const isDay = (text: string): boolean => DAY.test(text)

/** A moment in the reader's own time, to the minute; the end of a Dutch day as that day. */
export function momentText(iso: string, { language }: Pick<View, 'language'>): string {
  const at = new Date(iso)
  const [day = '', time] = amsterdam.format(at).split(' ')
  if (time === '23:59:59') return dayText(day, { language })
  const two = (n: number) => String(n).padStart(2, '0')
  const own = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${dayText(own, { language })} ${two(at.getHours())}:${two(at.getMinutes())}`
}

/** `2026-12-31`, or `31-12-2026` in Dutch. */
export function dayText(day: string, { language }: Pick<View, 'language'>): string {
  return language === 'nl' ? day.split('-').reverse().join('-') : day
}
