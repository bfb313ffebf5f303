import { NativeSelect, Stack, TextInput } from '@mantine/core'
import type { Output } from '../../api/call'
import { isProblem } from '../../api/problem'
import { DurationInput, useDurations } from '../../ui/duration-input'
import { useFormats, useLanguage, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    number_help: 'Een heel getal van {min} tot en met {max}',
    choose: 'Kies',
    missing: 'Vul dit in',
    invalid: 'Dit past hier niet: gebruik één regel zonder bijzondere tekens',
  },
  en: {
    number_help: 'A whole number from {min} to {max}',
    choose: 'Choose',
    missing: 'Fill this in',
    invalid: 'This does not fit: use one line without special characters',
  },
})

export type Template = Output<'contracts.show'>['content']
type Field = Template['fields'][number]
export type FieldValues = Readonly<Record<string, string>>

/** What a template asks, each as its kind of field. */
export function TemplateFields({
  fields,
  values,
  onValues,
  error,
}: {
  readonly fields: readonly Field[]
  readonly values: FieldValues
  readonly onValues: (values: FieldValues) => void
  /** Of the last try: says which field was not right. */
  readonly error: unknown
}) {
  return (
    <Stack gap="sm">
      {fields.map((field) => (
        <OneField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          onValue={(value) => onValues({ ...values, [field.name]: value })}
          error={error}
        />
      ))}
    </Stack>
  )
}

function OneField({
  field,
  value,
  onValue,
  error,
}: {
  readonly field: Field
  readonly value: string
  readonly onValue: (value: string) => void
  readonly error: unknown
}) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { number } = useFormats()
  const isWrong =
    isProblem(error, 'template_field_missing', 'template_field_invalid') && error.params.field === field.name
  const common = {
    label: field.label[language],
    required: true,
    error: isWrong ? say(error.code === 'template_field_missing' ? 'missing' : 'invalid') : undefined,
  }
  const typed = {
    value,
    onChange: (event: { currentTarget: { value: string } }) => onValue(event.currentTarget.value),
  }
  if (field.type === 'duration') return <DurationInput {...common} value={value} onChange={onValue} />
  if (field.type === 'choice')
    return (
      <NativeSelect
        {...common}
        {...typed}
        data={[
          { value: '', label: say('choose') },
          ...field.options.map((one) => ({ value: one.value, label: one.label[language] })),
        ]}
      />
    )
  if (field.type === 'date') return <TextInput {...common} {...typed} type="date" />
  if (field.type === 'number')
    return (
      <TextInput
        {...common}
        {...typed}
        description={say('number_help', { min: number(field.min), max: number(field.max) })}
        inputMode="numeric"
        pattern="-?[0-9]{1,15}"
      />
    )
  return <TextInput {...common} {...typed} maxLength={field.max} />
}

const BLANK = '……'

/** The text of a template with what was filled in so far. */
export function useFilled() {
  const durations = useDurations()
  return ({ body, fields }: Template, language: 'nl' | 'en', values: FieldValues): string => {
    const written = (name: string): string => {
      const field = fields.find((one) => one.name === name)
      const value = values[name]
      if (!field || value === undefined || value.trim() === '') return BLANK
      if (field.type === 'duration') return durations(value, language)
      if (field.type === 'number' && /^-?\d{1,15}$/.test(value))
        return Number(value).toLocaleString(language === 'nl' ? 'nl-NL' : 'en-GB')
      if (field.type === 'choice')
        return field.options.find((one) => one.value === value)?.label[language] ?? BLANK
      return value
    }
    return body[language].replaceAll(/\{\{([^{}]*)\}\}/g, (_all, name: string) => written(name))
  }
}
