import { Group, Input, NativeSelect, TextInput } from '@mantine/core'
import { useId } from 'react'
import { type Language, sayIn, useLanguage, useWords, words } from '../words/words'

const texts = words({
  nl: { count: 'Aantal', unit: 'Eenheid', D: 'dagen', W: 'weken', M: 'maanden', Y: 'jaar' },
  en: { count: 'Number', unit: 'Unit', D: 'days', W: 'weeks', M: 'months', Y: 'years' },
})
const duration = words({
  nl: {
    D: '{n, plural, one {# dag} other {# dagen}}',
    W: '{n, plural, one {# week} other {# weken}}',
    M: '{n, plural, one {# maand} other {# maanden}}',
    Y: '{n} jaar',
  },
  en: {
    D: '{n, plural, one {# day} other {# days}}',
    W: '{n, plural, one {# week} other {# weeks}}',
    M: '{n, plural, one {# month} other {# months}}',
    Y: '{n, plural, one {# year} other {# years}}',
  },
})

const units = ['D', 'W', 'M', 'Y'] as const
type Unit = (typeof units)[number]

/** Periods of ISO 8601 such as `P1M`, as people say them. */
export function useDurations() {
  const { language: hers } = useLanguage()
  return (iso: string, language: Language = hers) =>
    [...iso.matchAll(/(\d+)([DWMY])/g)]
      .map(([, n, unit]) => sayIn(duration, language)(unit as Unit, { n: Number(n) }))
      .join(' ')
}

/** A number of days, weeks, months or years; its value is a period of ISO 8601, empty while nothing is filled in. */
export function DurationInput({
  label,
  description,
  value,
  onChange,
  required = false,
  error,
}: {
  readonly label: string
  readonly description?: string
  readonly value: string
  readonly onChange: (iso: string) => void
  readonly required?: boolean
  readonly error?: string | undefined
}) {
  const say = useWords(texts)
  const id = useId()
  const [, count = '', unit = 'M'] = /^P(\d*)([DWMY])$/.exec(value) ?? []
  return (
    <Input.Wrapper
      id={id}
      label={label}
      labelElement="div"
      description={description}
      withAsterisk={required}
      error={error}
    >
      <Group gap="xs" role="group" aria-label={label} wrap="nowrap" maw={320}>
        <TextInput
          aria-label={`${label}: ${say('count')}`}
          inputMode="numeric"
          pattern="[1-9][0-9]{0,2}"
          required={required}
          value={count}
          onChange={(event) => {
            const typed = event.currentTarget.value.replaceAll(/\D/g, '').slice(0, 3)
            onChange(typed === '' ? '' : `P${typed}${unit}`)
          }}
          flex="1 1 5rem"
        />
        <NativeSelect
          aria-label={`${label}: ${say('unit')}`}
          value={unit}
          data={units.map((one) => ({ value: one, label: say(one) }))}
          onChange={(event) => onChange(`P${count}${event.currentTarget.value}`)}
          flex="1 1 7rem"
        />
      </Group>
    </Input.Wrapper>
  )
}
