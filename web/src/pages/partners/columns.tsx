import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { importWords, isImportWord } from '../../words/imports'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'
import type { CsvHead } from './csv-head'

const texts = words({
  nl: {
    columns: 'Welke kolom is wat?',
    columns_text:
      'De kolommen van {name} kennen wij niet. Zeg wat waar staat; de volgende keer weten we het.',
    column: '{heading}, bijvoorbeeld “{sample}”',
    skip: 'overslaan',
    package: 'Uit welk pakket komt de lijst? (mag leeg blijven)',
    use: 'Zo inlezen',
  },
  en: {
    columns: 'Which column is what?',
    columns_text: 'We do not know the columns of {name}. Say what is where; next time we know.',
    column: '{heading}, such as “{sample}”',
    skip: 'leave out',
    package: 'Which package does the list come from? (may stay empty)',
    use: 'Read it like this',
  },
})

const fields = [
  ...['sourceId', 'name', 'contact', 'email', 'phone', 'mobile', 'website', 'kvk', 'vat', 'iban', 'bic'],
  ...['street', 'postcode', 'city', 'country', 'type', 'business'],
] as const
const SAMPLE = 40
const LONGEST_NAME = 60

/** What each field is read from: the heading of its column. */
export type Mapping = Readonly<Record<string, string>>

/** Which column of a list holds what, where nobody said so before. */
export function NewColumns({
  name,
  head,
  onUse,
}: {
  readonly name: string
  readonly head: CsvHead
  readonly onUse: (mapping: Mapping, packageName: string) => void
}) {
  const say = useWords(texts)
  const word = useFieldWords()
  const [mapping, setMapping] = useState<Mapping>(() =>
    Object.fromEntries(
      head.headings.flatMap((heading) => {
        const field = fields.find((one) => [one, word(one)].some((said) => same(said, heading)))
        return field ? [[field, heading]] : []
      }),
    ),
  )
  const [from, setFrom] = useState('')
  return (
    <Alert title={say('columns')} color="regie">
      <Stack gap="sm">
        <Text size="sm">{say('columns_text', { name })}</Text>
        <ColumnChoice head={head} mapping={mapping} onChange={setMapping} />
        <PackageName value={from} onChange={setFrom} />
        <Group>
          <Button disabled={!('name' in mapping)} onClick={() => onUse(mapping, from.trim())}>
            {say('use')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

/** For each column of a list the field it holds; none where it is left out. */
export function ColumnChoice({
  head,
  mapping,
  onChange,
}: {
  readonly head: CsvHead
  readonly mapping: Mapping
  readonly onChange: (mapping: Mapping) => void
}) {
  const say = useWords(texts)
  const word = useFieldWords()
  const fieldOf = (heading: string) => fields.find((field) => mapping[field] === heading) ?? null
  return (
    <div className="choices">
      {head.headings.map((heading, at) => {
        const sample = (head.sample[at] ?? '').slice(0, SAMPLE)
        const field = fieldOf(heading)
        return (
          <Select
            // biome-ignore lint/suspicious/noArrayIndexKey: columns have one order, and may share a heading
            key={at}
            label={sample === '' ? heading : say('column', { heading, sample })}
            placeholder={say('skip')}
            allowDeselect={false}
            clearable
            clearButtonProps={{ 'aria-label': say('skip') }}
            value={field}
            onChange={(chosen) => {
              const others = Object.entries(mapping).filter(([one]) => one !== field)
              onChange(Object.fromEntries(chosen === null ? others : [...others, [chosen, heading]]))
            }}
            data={fields
              .filter((one) => one === field || !(one in mapping))
              .map((one) => ({ value: one, label: word(one) }))}
          />
        )
      })}
    </div>
  )
}

export function PackageName({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const say = useWords(texts)
  return (
    <TextInput
      label={say('package')}
      value={value}
      maxLength={LONGEST_NAME}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

const same = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase()

/** Fields, warnings and reasons of an import in words. */
export function useFieldWords(): (code: string) => string {
  const sayPartner = useWords(partnerWords)
  const sayImport = useWords(importWords)
  return (code) => (isPartnerWord(code) ? sayPartner(code) : isImportWord(code) ? sayImport(code) : code)
}
