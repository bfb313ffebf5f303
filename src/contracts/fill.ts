import { isPlainText, Refusal } from '../core/index.ts'
import { type Field, PLACEHOLDER, type Template, templateDigest } from './template.ts'

export type FieldValues = Readonly<Record<string, string | number>>

/** What a template says once it is filled in. */
export interface Filled {
  readonly title: string
  readonly body: string
  readonly surviving: string[]
  readonly trade_secrets: boolean
  readonly template: { readonly id: string; readonly version: number; readonly digest: string }
}

/**
 * The text of a template with its fields filled in, in one pass: a value is never read as a template itself.
 * @throws Refusal `template_field_missing`, `template_field_unknown`, `template_field_invalid`; `params.field` says which
 */
export function fillTemplate(template: Template, language: 'nl' | 'en', values: FieldValues): Filled {
  const known = new Set(template.fields.map(({ name }) => name))
  if (Object.keys(values).some((name) => !known.has(name)))
    throw new Refusal('invalid', 'template_field_unknown', 'the template has no such field')
  const written = new Map(
    template.fields.map((field) => {
      const value = Object.hasOwn(values, field.name) ? values[field.name] : undefined
      if (value === undefined) throw wrong('template_field_missing', field, 'a field is not filled in')
      const text = write(field, value, language)
      if (text === null) throw wrong('template_field_invalid', field, 'a field does not take this value')
      return [field.name, text] as const
    }),
  )
  const { id, version } = template
  return {
    title: template.title[language],
    body: template.body[language].replace(PLACEHOLDER, (_all, name: string) => written.get(name) ?? ''),
    surviving: [...template.surviving[language]],
    trade_secrets: template.trade_secrets,
    template: { id, version, digest: templateDigest(template) },
  }
}

/** What Markdown would read as structure, or a reader as a second clause. */
const STRUCTURE = /[\r\n<>[\]{}|\\`*_#]/

function write(field: Field, value: string | number, language: 'nl' | 'en'): string | null {
  if (field.type === 'number') {
    const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
    const fits = Number.isSafeInteger(number) && Number(number) >= field.min && Number(number) <= field.max
    return fits ? Number(number).toLocaleString(language === 'nl' ? 'nl-NL' : 'en-GB') : null
  }
  if (typeof value !== 'string') return null
  if (field.type === 'text') {
    const text = value.trim()
    const fits = text !== '' && text.length <= field.max && isPlainText(text) && !STRUCTURE.test(text)
    return fits ? text : null
  }
  if (field.type === 'date') return isDay(value) ? value : null
  if (field.type === 'duration') return inWords(value, language)
  return field.options.find((option) => option.value === value)?.label[language] ?? null
}

const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

const units = {
  nl: { Y: ['jaar', 'jaar'], M: ['maand', 'maanden'], W: ['week', 'weken'], D: ['dag', 'dagen'] },
  en: { Y: ['year', 'years'], M: ['month', 'months'], W: ['week', 'weeks'], D: ['day', 'days'] },
} as const

function inWords(text: string, language: 'nl' | 'en'): string | null {
  const [, count, unit] = /^P([1-9]\d{0,2})([YMWD])$/.exec(text) ?? []
  if (!count || !unit) return null
  const [one, more] = units[language][unit as 'Y' | 'M' | 'W' | 'D']
  return `${count} ${count === '1' ? one : more}`
}

function wrong(
  code: 'template_field_missing' | 'template_field_invalid',
  { name }: Field,
  message: string,
): Refusal {
  const more = { params: { field: name } }
  return code === 'template_field_missing'
    ? new Refusal('invalid', 'template_field_missing', message, more)
    : new Refusal('invalid', 'template_field_invalid', message, more)
}
