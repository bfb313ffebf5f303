import { Button, FileButton, Group, Paper, Progress, Select, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type DragEvent, useState } from 'react'
import { type Output, upload } from '../../api/call'
import { isProblem } from '../../api/problem'
import { Failure, Section } from '../../ui/page'
import { useWords, words } from '../../words/words'
import { NewColumns, useFieldWords } from './columns'
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
  },
})

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
        <NewColumns
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
