import { Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { call, type Input } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Empty, Failure, Loaded } from '../../ui/page'
import { saveFile } from '../../ui/save-file'
import { useTell } from '../../ui/told'
import { useWords, words } from '../../words/words'
import { useFieldWords } from './columns'

const texts = words({
  nl: {
    nothing: 'Er is niets fout.',
    where: '{file}, regel {line}',
    where_bare: '{file}',
    unreadable: 'Deze regel is niet te lezen. Verbeter hem in het bestand zelf:',
    check: 'Opnieuw nakijken',
    mended:
      '{mended, plural, one {# regel komt} other {# regels komen}} nu mee; {rejected, plural, =0 {er is niets meer fout} one {# is nog fout} other {# zijn nog fout}}.',
    download: 'Alle fouten als bestand',
    hint: 'Verbeter wat fout is en laat het opnieuw nakijken, of neem de fouten mee als bestand.',
  },
  en: {
    nothing: 'Nothing is wrong.',
    where: '{file}, line {line}',
    where_bare: '{file}',
    unreadable: 'This record cannot be read. Mend it in the file itself:',
    check: 'Check again',
    mended:
      '{mended, plural, one {# record comes} other {# records come}} along now; {rejected, plural, =0 {nothing is wrong any more} one {# is still wrong} other {# are still wrong}}.',
    download: 'All that is wrong as a file',
    hint: 'Mend what is wrong and have it checked again, or take what is wrong along as a file.',
  },
})

type Fields = Input<'partners.imports.mend'>['records'][number]['fields']
type Field = Extract<keyof Fields, string>

/** Records that cannot be taken as they are, mended where they stand. */
export function ImportErrors({ id }: { readonly id: string }) {
  const say = useWords(texts)
  const word = useFieldWords()
  const tell = useTell()
  const preview = useRead('partners.imports.preview', { id, limit: 1 })
  const mend = useChange('partners.imports.mend', ['partners.imports.'])
  const [typed, setTyped] = useState<Readonly<Record<string, Fields>>>({})
  const rejected = preview.data?.rejected ?? []
  const save = async () => {
    const { csv } = await call('partners.imports.errors', { id })
    saveFile('errors.csv', 'text/csv', csv)
  }
  const check = () =>
    mend.mutate(
      {
        id,
        records: rejected.flatMap((one) => {
          const changed = typed[one.id]
          return changed ? [{ id: one.id, fields: { ...one.fields, ...changed } }] : []
        }),
      },
      {
        onSuccess: (counts) => {
          setTyped({})
          tell({ text: say('mended', { ...counts }) })
        },
      },
    )
  return (
    <Loaded of={preview}>
      {rejected.length === 0 && <Empty>{say('nothing')}</Empty>}
      {rejected.length > 0 && <Text size="sm">{say('hint')}</Text>}
      <Stack gap="sm">
        {rejected.map(({ id: record, file, line, name, reasons, fields, raw }) => (
          <Paper key={record} withBorder p="md" radius="md" role="group" aria-label={name ?? file}>
            <Stack gap="xs">
              <Text size="sm" c="dimmed" className="breakable">
                {line === null ? say('where_bare', { file }) : say('where', { file, line })}
                {name !== null && ` · ${name}`}
              </Text>
              {raw !== null ? (
                <>
                  <Text size="sm">{say('unreadable')}</Text>
                  <Text size="sm" className="command breakable">
                    {raw}
                  </Text>
                  {reasons.map(({ code }) => (
                    <Text key={code} size="sm">
                      {word(code)}
                    </Text>
                  ))}
                </>
              ) : (
                <div className="choices">
                  {wrongFields(reasons).map((field) => (
                    <TextInput
                      key={field}
                      label={word(field)}
                      error={reasons
                        .filter((one) => (one.field ?? 'name') === field)
                        .map(({ code }) => word(code))
                        .join('; ')}
                      value={typed[record]?.[field] ?? fields[field] ?? ''}
                      maxLength={10_000}
                      onChange={(event) => {
                        const { value } = event.currentTarget
                        setTyped((before) => ({
                          ...before,
                          [record]: { ...before[record], [field]: value },
                        }))
                      }}
                    />
                  ))}
                </div>
              )}
            </Stack>
          </Paper>
        ))}
      </Stack>
      {mend.error && <Failure error={mend.error} />}
      {rejected.length > 0 && (
        <Group>
          <Button disabled={Object.keys(typed).length === 0} loading={mend.isPending} onClick={check}>
            {say('check')}
          </Button>
          <Button variant="default" onClick={() => void save()}>
            {say('download')}
          </Button>
        </Group>
      )}
    </Loaded>
  )
}

/** Fields that something is wrong with; what says nothing of a field is about the name. */
const wrongFields = (reasons: readonly { readonly field: string | null }[]): Field[] => [
  ...new Set(reasons.map(({ field }) => (field ?? 'name') as Field)),
]
