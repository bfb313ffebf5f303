import { Alert, Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useList, useRead } from '../../api/hooks'
import { Empty, Failure, Loaded, More, Page } from '../../ui/page'
import { auditAreas, auditWords } from '../../words/audit'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Controlelogboek',
    lead: 'Elk besluit en elke wijziging, nieuwste eerst. Er staan geen persoonsgegevens in; mensen staan er onder een schuilnaam.',
    verify: 'Controleren of het logboek klopt',
    intact: 'Het logboek is ongeschonden: {entries} regels zijn aan elkaar geketend.',
    unsealed:
      '{count, plural, =0 {} one {De laatste regel wordt nog vastgezet.} other {De laatste # regels worden nog vastgezet.}}',
    broken: 'Het logboek klopt niet meer vanaf regel {at}',
    entry_changed: 'Een regel is gewijzigd.',
    entry_missing: 'Er ontbreekt een regel.',
    chain_cut: 'Het einde is eraf gehaald.',
    tell: 'Bewaar een kopie van de opslag en zoek uit wie erbij kon.',
    about: 'Waarover',
    until: 'Tot en met',
    empty: 'Hier staat niets over in het logboek.',
    all: 'Alles tonen',
    table: 'Regels van het logboek',
    number: 'Nr.',
    at: 'Wanneer',
    what: 'Wat',
    who: 'Wie',
    facts: 'Feiten',
    soon: 'volgt',
    system: 'dit systeem zelf',
  },
  en: {
    title: 'Audit log',
    lead: 'Every decision and every change, newest first. It holds no personal data; people stand in it under a pseudonym.',
    verify: 'Check that the log is intact',
    intact: 'The log is intact: {entries} entries are chained together.',
    unsealed:
      '{count, plural, =0 {} one {The last entry is still being sealed.} other {The last # entries are still being sealed.}}',
    broken: 'The log is not right any more from entry {at}',
    entry_changed: 'An entry was changed.',
    entry_missing: 'An entry is missing.',
    chain_cut: 'The end was cut off.',
    tell: 'Keep a copy of the storage and find out who could reach it.',
    about: 'About',
    until: 'Until',
    empty: 'There is nothing about this in the log.',
    all: 'Show all',
    table: 'Entries of the log',
    number: 'No.',
    at: 'When',
    what: 'What',
    who: 'Who',
    facts: 'Facts',
    soon: 'follows',
    system: 'this system itself',
  },
})

export default function AuditLog() {
  const say = useWords(texts)
  const sayArea = useWords(auditWords)
  const shared = useWords(common)
  const { moment } = useFormats()
  const navigate = useNavigate()
  const { about, until } = useSearch({ from: '/inside/oversight/log' })
  const area = auditAreas.find((one) => one === about)
  const list = useList('audit.list', {
    limit: 50,
    ...(area !== undefined && { about: area }),
    ...(until !== undefined && { until }),
  })
  const show = (search: { about?: string | undefined; until?: string | undefined }) =>
    navigate({ to: '/oversight/log', search: { about: area, until, ...search } })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Verify />
      <Group className="no-print" align="flex-end">
        <NativeSelect
          label={say('about')}
          value={area ?? ''}
          data={[
            { value: '', label: shared('all') },
            ...auditAreas.map((value) => ({ value, label: sayArea(value) })),
          ]}
          onChange={(event) => show({ about: event.currentTarget.value || undefined })}
        />
        <TextInput
          label={say('until')}
          type="date"
          value={until ?? ''}
          onChange={(event) => show({ until: event.currentTarget.value || undefined })}
        />
      </Group>
      <Loaded of={list}>
        {list.items?.length === 0 ? (
          <Empty
            action={
              <Button variant="default" onClick={() => show({ about: undefined, until: undefined })}>
                {say('all')}
              </Button>
            }
          >
            {say('empty')}
          </Empty>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways is reached by keyboard
          <section className="scrolls" tabIndex={0} aria-label={say('table')}>
            <Table miw={860}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{say('number')}</Table.Th>
                  <Table.Th>{say('at')}</Table.Th>
                  <Table.Th>{say('what')}</Table.Th>
                  <Table.Th>{say('who')}</Table.Th>
                  <Table.Th>{say('facts')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {list.items?.map((one) => (
                  <Table.Tr key={one.id}>
                    <Table.Td>{one.seq ?? say('soon')}</Table.Td>
                    <Table.Td>{moment(one.at)}</Table.Td>
                    <Table.Td>
                      {areaOf(one.action, sayArea)}
                      <br />
                      <code>{one.action}</code>
                    </Table.Td>
                    <Table.Td className="breakable">
                      {one.actor === 'system' ? say('system') : <code>{one.actor}</code>}
                    </Table.Td>
                    <Table.Td className="breakable">
                      {Object.entries(one.data).map(([name, value]) => (
                        <div key={name}>
                          <span className="dimmed">{name}</span>{' '}
                          {Array.isArray(value) ? value.join(', ') : String(value)}
                        </div>
                      ))}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        )}
        <More list={list} />
      </Loaded>
    </Page>
  )
}

function areaOf(action: string, say: (area: (typeof auditAreas)[number]) => string): string {
  const area = auditAreas.find((one) => action.startsWith(`${one}.`))
  return area === undefined ? '' : say(area)
}

/** Walks the chain when asked: it takes a while where the log is long. */
function Verify() {
  const say = useWords(texts)
  const { number } = useFormats()
  const [isAsked, setAsked] = useState(false)
  const verified = useRead('audit.verify', {}, isAsked)
  const { data, error, isFetching } = verified
  return (
    <Stack gap="sm" align="flex-start">
      <Button
        variant="default"
        className="no-print"
        loading={isFetching}
        onClick={() => (isAsked ? verified.refetch() : setAsked(true))}
      >
        {say('verify')}
      </Button>
      {error && <Failure error={error} />}
      {data?.intact === true && (
        <Text role="status">
          {say('intact', { entries: number(data.entries) })} {say('unsealed', { count: data.unsealed })}
        </Text>
      )}
      {data?.intact === false && (
        <Alert color="red" variant="light" role="alert" title={say('broken', { at: data.broken_at })}>
          {say(data.reason)} {say('tell')}
        </Alert>
      )}
    </Stack>
  )
}
