import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Empty, Failure, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { useTyped } from '../../ui/typed'
import { hasRole, useWho } from '../../who'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Een contractmodel schrijven',
    lead: 'In het Nederlands en in het Engels, want een partner kiest de taal. Het blijft een concept totdat een contractautoriteit het vaststelt.',
    not_author: 'Een contractauteur schrijft contractmodellen.',
    code: 'Korte naam',
    code_help: 'Kleine letters, cijfers en streepjes; blijft hetzelfde in elke versie.',
    nl: 'Nederlands',
    en: 'Engels',
    name: 'Titel ({language})',
    body: 'Tekst ({language})',
    body_help:
      'Schrijf dubbele accolades om de korte naam van een vraag waar het antwoord moet komen te staan: {example}.',
    surviving: 'Blijft na afloop gelden ({language})',
    surviving_help: 'De koppen ervan, elk op een eigen regel.',
    secrets: 'Onder een overeenkomst hiervan mogen bedrijfsgeheimen worden getoond',
    fields: 'Wat wordt gevraagd',
    fields_none: 'Er wordt niets gevraagd.',
    field: 'Vraag {n}',
    field_code: 'Korte naam in de tekst',
    field_code_help: 'Kleine letters, cijfers en _',
    label: 'De vraag ({language})',
    kind: 'Soort antwoord',
    text: 'één regel tekst',
    number: 'een heel getal',
    date: 'een dag',
    duration: 'een periode',
    least: 'Minstens',
    most: 'Hoogstens',
    add_field: 'Een vraag toevoegen',
    remove_field: 'Vraag {n} weghalen',
    save: 'Als concept bewaren',
    done: 'Versie {version} is bewaard als concept.',
  },
  en: {
    title: 'Write a template',
    lead: 'In Dutch and in English, because a partner chooses the language. It stays a draft until a contract authority publishes it.',
    not_author: 'A contract author writes templates.',
    code: 'Short name',
    code_help: 'Lower case letters, digits and dashes; it stays the same in each version.',
    nl: 'Dutch',
    en: 'English',
    name: 'Title ({language})',
    body: 'Text ({language})',
    body_help:
      'Write double braces around the short name of a question where its answer has to stand: {example}.',
    surviving: 'Stays in force afterwards ({language})',
    surviving_help: 'Their headings, each on a line of its own.',
    secrets: 'Trade secrets may be shown under an agreement made from it',
    fields: 'What is asked',
    fields_none: 'Nothing is asked.',
    field: 'Question {n}',
    field_code: 'Short name in the text',
    field_code_help: 'Lower case letters, digits and _',
    label: 'The question ({language})',
    kind: 'Kind of answer',
    text: 'one line of text',
    number: 'a whole number',
    date: 'a day',
    duration: 'a period',
    least: 'At least',
    most: 'At most',
    add_field: 'Add a question',
    remove_field: 'Remove question {n}',
    save: 'Keep it as a draft',
    done: 'Version {version} is kept as a draft.',
  },
})

type Template = Input<'contracts.draft'>['template']
type Field = Template['fields'][number]
const kinds = ['text', 'number', 'date', 'duration'] as const
type Kind = (typeof kinds)[number]

interface TypedField {
  /** Of the row, while it is written. */
  key: number
  name: string
  type: Kind
  nl: string
  en: string
  min: string
  max: string
  /** What the form does not write, as it was. */
  kept?: Field
}
interface Typed {
  id: string
  title: { nl: string; en: string }
  body: { nl: string; en: string }
  surviving: { nl: string; en: string }
  trade_secrets: boolean
  fields: TypedField[]
}
const two = { nl: '', en: '' }
const empty: Typed = { id: '', title: two, body: two, surviving: two, trade_secrets: false, fields: [] }
const languages = ['nl', 'en'] as const
const MAX_TEXT = 1000

export default function WriteTemplate() {
  const say = useWords(texts)
  const who = useWho()
  const { from } = useSearch({ from: '/inside/agreements/library/write' })
  const [id = '', version] = from?.split('/') ?? []
  const before = useRead('contracts.show', { id, version: Number(version) }, version !== undefined)
  return (
    <Page title={say('title')} lead={say('lead')}>
      {!hasRole(who, 'contract_author') ? (
        <Empty>{say('not_author')}</Empty>
      ) : version === undefined ? (
        <Form key="new" />
      ) : (
        <Loaded of={before}>{before.data && <Form key={from} from={before.data} />}</Loaded>
      )}
    </Page>
  )
}

function Form({ from }: { readonly from?: Output<'contracts.show'> }) {
  const say = useWords(texts)
  const tell = useTell()
  const navigate = useNavigate()
  const draft = useChange('contracts.draft', ['contracts.'])
  // A draft is written over; what is published gets a version after it.
  const version = from ? (from.state === 'draft' ? from.version : from.version + 1) : 1
  const [typed, set, forget] = useTyped<Typed>(
    `template ${from ? `${from.id}/${from.version}` : ''}`,
    from ? typedOf(from.content) : empty,
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const laws = from?.content.laws ?? []
    draft.mutate(
      { template: { ...templateOf(typed), laws, version } },
      {
        onSuccess: ({ id }) => {
          forget()
          tell({ text: say('done', { version }) })
          navigate({ to: '/agreements/library/$id/$version', params: { id, version: String(version) } })
        },
      },
    )
  }
  const setField = (key: number, more: Partial<TypedField>) =>
    set({ fields: typed.fields.map((one) => (one.key === key ? { ...one, ...more } : one)) })
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <TextInput
          label={say('code')}
          description={say('code_help')}
          value={typed.id}
          pattern="[a-z][a-z0-9\-]{1,63}"
          required
          readOnly={from !== undefined}
          maw={480}
          onChange={(event) => set({ id: event.currentTarget.value })}
        />
        {languages.map((language) => (
          <Section key={language} title={say(language)}>
            <TextInput
              label={say('name', { language: say(language) })}
              value={typed.title[language]}
              maxLength={200}
              required
              onChange={(event) => set({ title: { ...typed.title, [language]: event.currentTarget.value } })}
            />
            <Textarea
              label={say('body', { language: say(language) })}
              description={say('body_help', { example: '{{subject}}' })}
              value={typed.body[language]}
              maxLength={30_000}
              required
              autosize
              minRows={6}
              maxRows={30}
              onChange={(event) => set({ body: { ...typed.body, [language]: event.currentTarget.value } })}
            />
            <Textarea
              label={say('surviving', { language: say(language) })}
              description={say('surviving_help')}
              value={typed.surviving[language]}
              autosize
              minRows={2}
              onChange={(event) =>
                set({ surviving: { ...typed.surviving, [language]: event.currentTarget.value } })
              }
            />
          </Section>
        ))}
        <Section title={say('fields')}>
          {typed.fields.length === 0 && <Text c="dimmed">{say('fields_none')}</Text>}
          {typed.fields.map((field, at) => (
            <FieldRow
              key={field.key}
              n={at + 1}
              field={field}
              onField={(more) => setField(field.key, more)}
              onRemove={() => set({ fields: typed.fields.filter(({ key }) => key !== field.key) })}
            />
          ))}
          <Group>
            <Button
              variant="default"
              onClick={() =>
                set({
                  fields: [
                    ...typed.fields,
                    {
                      ...{ key: Math.max(0, ...typed.fields.map(({ key }) => key)) + 1, name: '' },
                      ...{ type: 'text', nl: '', en: '', min: '0', max: '200' },
                    },
                  ],
                })
              }
            >
              {say('add_field')}
            </Button>
          </Group>
        </Section>
        <Checkbox
          label={say('secrets')}
          checked={typed.trade_secrets}
          onChange={(event) => set({ trade_secrets: event.currentTarget.checked })}
        />
        {draft.error && <Failure error={draft.error} />}
        <Group>
          <Button type="submit" loading={draft.isPending}>
            {say('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function FieldRow({
  n,
  field,
  onField,
  onRemove,
}: {
  readonly n: number
  readonly field: TypedField
  readonly onField: (more: Partial<TypedField>) => void
  readonly onRemove: () => void
}) {
  const say = useWords(texts)
  const typed = (name: 'name' | 'nl' | 'en' | 'min' | 'max') => ({
    value: field[name],
    required: true,
    onChange: (event: { currentTarget: { value: string } }) => onField({ [name]: event.currentTarget.value }),
  })
  return (
    <Paper withBorder p="md" radius="md" role="group" aria-label={say('field', { n })}>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={say('field_code')}
          description={say('field_code_help')}
          pattern="[a-z][a-z0-9_]{0,39}"
          {...typed('name')}
        />
        {field.kept === undefined && (
          <NativeSelect
            label={say('kind')}
            value={field.type}
            inputWrapperOrder={['label', 'input', 'description']}
            data={kinds.map((value) => ({ value, label: say(value) }))}
            onChange={(event) => {
              const { value } = event.currentTarget
              onField({ type: kinds.find((kind) => kind === value) ?? 'text' })
            }}
          />
        )}
        {languages.map((language) => (
          <TextInput
            key={language}
            label={say('label', { language: say(language) })}
            maxLength={200}
            {...typed(language)}
          />
        ))}
        {field.kept === undefined && field.type === 'number' && (
          <>
            <TextInput label={say('least')} pattern="-?[0-9]{1,12}" inputMode="numeric" {...typed('min')} />
            <TextInput label={say('most')} pattern="-?[0-9]{1,12}" inputMode="numeric" {...typed('max')} />
          </>
        )}
      </SimpleGrid>
      <Group mt="sm">
        <Button size="xs" variant="default" onClick={onRemove}>
          {say('remove_field', { n })}
        </Button>
      </Group>
    </Paper>
  )
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

function templateOf({
  id,
  title,
  body,
  surviving,
  trade_secrets,
  fields,
}: Typed): Omit<Template, 'laws' | 'version'> {
  return {
    ...{ id: id.trim(), title, body, trade_secrets },
    surviving: { nl: linesOf(surviving.nl), en: linesOf(surviving.en) },
    fields: fields.map(({ name, type, nl, en, min, max, kept }): Field => {
      const field = { name, label: { nl, en } }
      if (kept) return { ...kept, ...field }
      if (type === 'text') return { ...field, type, max: MAX_TEXT }
      if (type === 'number') return { ...field, type, min: Number(min), max: Number(max) }
      return { ...field, type }
    }),
  }
}

const typedOf = ({ id, title, body, surviving, trade_secrets, fields }: Template): Typed => ({
  ...{ id, title, body, trade_secrets },
  surviving: { nl: surviving.nl.join('\n'), en: surviving.en.join('\n') },
  fields: fields.map((field, at) => ({
    ...{ key: at + 1, name: field.name, nl: field.label.nl, en: field.label.en },
    type: field.type === 'choice' ? 'text' : field.type,
    ...(field.type === 'number'
      ? { min: String(field.min), max: String(field.max) }
      : { min: '0', max: '200' }),
    // Choices, and how long a line may be, stay as they were written.
    ...((field.type === 'choice' || field.type === 'text') && { kept: field }),
  })),
})
