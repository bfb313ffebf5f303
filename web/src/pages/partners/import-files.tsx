import {
  Alert,
  Button,
  FileButton,
  Group,
  Paper,
  Progress,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type DragEvent, useState } from 'react'
import { type Output, upload } from '../../api/call'
import { isProblem } from '../../api/problem'
import { Failure, Section } from '../../ui/page'
import { importWords, isImportWord } from '../../words/imports'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { useWords, words } from '../../words/words'
import { type CsvHead, readCsvHead } from './csv-head'

const texts = words({
  nl: {
    title: 'Bestanden',
    drop: 'Sleep een auditfile (.xaf) of een lijst (.csv) hierheen, of kies een bestand.',
    choose: 'Bestand kiezen',
    roles: 'Wie staan er in de lijst?',
    customers: 'klanten (debiteuren)',
    suppliers: 'leveranciers (crediteuren)',
    neither: 'dat zegt het bestand zelf',
    sending: '{name} wordt verstuurd: {part}%',
    reading: '{name} wordt gelezen…',
    read: '{name}: {relations, plural, one {# relatie} other {# relaties}} gelezen, {rejected, plural, =0 {geen fouten} one {# fout} other {# fouten}}.',
    columns: 'Welke kolom is wat?',
    columns_text:
      'De kolommen van {name} kennen wij niet. Zeg wat waar staat; de volgende keer weten we het.',
    column: '{heading}, bijvoorbeeld “{sample}”',
    column_bare: '{heading}',
    skip: 'overslaan',
    package: 'Uit welk pakket komt de lijst? (mag leeg blijven)',
    use: 'Zo inlezen',
  },
  en: {
    title: 'Files',
    drop: 'Drag an audit file (.xaf) or a list (.csv) to here, or choose a file.',
    choose: 'Choose a file',
    roles: 'Who is in the list?',
    customers: 'customers (debtors)',
    suppliers: 'suppliers (creditors)',
    neither: 'the file says so itself',
    sending: '{name} is being sent: {part}%',
    reading: '{name} is being read…',
    read: '{name}: {relations, plural, one {# relation} other {# relations}} read, {rejected, plural, =0 {nothing wrong} one {# wrong} other {# wrong}}.',
    columns: 'Which column is what?',
    columns_text: 'We do not know the columns of {name}. Say what is where; next time we know.',
    column: '{heading}, such as “{sample}”',
    column_bare: '{heading}',
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

type Read = Output<'partners.imports.upload'>

/** Files on their way into an import. */
export function ImportFiles({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const word = useFieldWords()
  const client = useQueryClient()
  const [role, setRole] = useState<string | null>(null)
  const [sending, setSending] = useState<{ readonly name: string; readonly part: number } | null>(null)
  const [read, setRead] = useState<readonly Read[]>([])
  const [error, setError] = useState<unknown>(null)
  const [unknown, setUnknown] = useState<{ readonly file: File; readonly head: CsvHead } | null>(null)
  const [isOver, setOver] = useState(false)
  const send = async (file: File, mapped: { mapping?: string; mapping_name?: string } = {}) => {
    setError(null)
    setUnknown(null)
    setSending({ name: file.name, part: 0 })
    const input = {
      ...{ id, name: file.name.slice(0, 200), ...mapped },
      ...(role !== null && { roles: [role as 'customer'] }),
    }
    try {
      const report = await upload('partners.imports.upload', input, file, (part) =>
        setSending({ name: file.name, part }),
      )
      setRead((before) => [...before, report])
      await client.invalidateQueries({
        predicate: ({ queryKey }) => String(queryKey[0]).startsWith('partners.imports.'),
      })
    } catch (problem) {
      const isUnknown = isProblem(problem, 'csv_columns_unknown', 'csv_mapping_incomplete')
      if (isUnknown) setUnknown({ file, head: await readCsvHead(file) })
      else setError(problem)
    } finally {
      setSending(null)
    }
  }
  const sendAll = async (files: readonly File[]) => {
    for (const file of files) await send(file)
  }
  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      void sendAll([...event.dataTransfer.files])
    },
  }
  const part = Math.round((sending?.part ?? 0) * 100)
  return (
    <Section title={say('title')}>
      <Paper withBorder p="md" radius="md" className="drop" data-over={isOver || undefined} {...drop}>
        <Stack gap="sm" align="flex-start">
          <Text>{say('drop')}</Text>
          <Group align="flex-end" wrap="wrap">
            <Select
              label={say('roles')}
              value={role ?? 'neither'}
              allowDeselect={false}
              onChange={(value) => setRole(value === 'neither' ? null : value)}
              data={[
                { value: 'neither', label: say('neither') },
                { value: 'customer', label: say('customers') },
                { value: 'supplier', label: say('suppliers') },
              ]}
            />
            <FileButton accept=".xaf,.xml,.csv,.txt" multiple onChange={(files) => void sendAll(files)}>
              {(props) => (
                <Button {...props} variant="default" loading={sending !== null}>
                  {say('choose')}
                </Button>
              )}
            </FileButton>
          </Group>
          {sending && (
            <Stack gap={4} w="100%">
              <Text size="sm" role="status">
                {part < 100 ? say('sending', { name: sending.name, part }) : say('reading', sending)}
              </Text>
              <Progress value={part} animated={part === 100} aria-label={sending.name} />
            </Stack>
          )}
          {read.map((report) => (
            <Stack key={report.id} gap={2}>
              <Text size="sm" role="status" className="breakable">
                {say('read', { ...report, warnings: '' } as never)}
              </Text>
              {report.warnings.map(({ code }) => (
                <Text key={code} size="sm" c="dimmed">
                  {word(code)}
                </Text>
              ))}
            </Stack>
          ))}
        </Stack>
      </Paper>
      {error !== null && <Failure error={error} />}
      {unknown && (
        <Columns
          key={unknown.file.name}
          name={unknown.file.name}
          head={unknown.head}
          onUse={(mapping, mapping_name) =>
            void send(unknown.file, {
              mapping: JSON.stringify(mapping),
              ...(mapping_name !== '' && { mapping_name }),
            })
          }
        />
      )}
    </Section>
  )
}

/** Which column of a list holds what, where nobody said so before. */
function Columns({
  name,
  head,
  onUse,
}: {
  readonly name: string
  readonly head: CsvHead
  readonly onUse: (mapping: Record<string, string>, packageName: string) => void
}) {
  const say = useWords(texts)
  const word = useFieldWords()
  const [fieldOf, setFieldOf] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      head.headings.flatMap((heading) => {
        const field = fields.find((one) => [one, word(one)].some((said) => same(said, heading)))
        return field ? [[heading, field]] : []
      }),
    ),
  )
  const [from, setFrom] = useState('')
  const taken = new Set(Object.values(fieldOf))
  return (
    <Alert title={say('columns')} color="regie">
      <Stack gap="sm">
        <Text size="sm">{say('columns_text', { name })}</Text>
        <div className="choices">
          {head.headings.map((heading, at) => {
            const sample = (head.sample[at] ?? '').slice(0, SAMPLE)
            return (
              <Select
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have one order, and may share a heading
                key={at}
                label={sample === '' ? heading : say('column', { heading, sample })}
                placeholder={say('skip')}
                allowDeselect={false}
                clearable
                clearButtonProps={{ 'aria-label': say('skip') }}
                value={fieldOf[heading] ?? null}
                onChange={(field) =>
                  setFieldOf(({ [heading]: _, ...others }) =>
                    field === null ? others : { ...others, [heading]: field },
                  )
                }
                data={fields
                  .filter((field) => fieldOf[heading] === field || !taken.has(field))
                  .map((field) => ({ value: field, label: word(field) }))}
              />
            )
          })}
        </div>
        <TextInput
          label={say('package')}
          value={from}
          maxLength={60}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <Group>
          <Button
            disabled={!taken.has('name')}
            onClick={() =>
              onUse(
                Object.fromEntries(Object.entries(fieldOf).map(([heading, field]) => [field, heading])),
                from.trim(),
              )
            }
          >
            {say('use')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

const same = (one: string, other: string) => one.trim().toLowerCase() === other.trim().toLowerCase()

/** Fields, warnings and reasons of an import in words. */
export function useFieldWords(): (code: string) => string {
  const sayPartner = useWords(partnerWords)
  const sayImport = useWords(importWords)
  return (code) => (isPartnerWord(code) ? sayPartner(code) : isImportWord(code) ? sayImport(code) : code)
}
